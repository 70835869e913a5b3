import shutil
from pathlib import Path

import numpy as np
import pytest

from models.fraud.detector import CARD, SHIPPED_WEIGHTS, FraudDetector, WeightsMismatchError, load_detector
from models.fraud.features import FeatureTable, point_in_time
from models.fraud.simulator import simulate

pytestmark = pytest.mark.fraud


@pytest.fixture(scope="module")
def features() -> FeatureTable:
    return point_in_time(simulate(customers=100, terminals=80, days=60, seed=8).transactions)


def test_shipped_weights_are_small_and_what_their_card_says() -> None:
    assert sum(file.stat().st_size for file in SHIPPED_WEIGHTS.iterdir()) < 4 * 2**20
    detector = load_detector()
    assert detector is load_detector()
    measured = detector.variant("labelled").metrics
    assert measured is not None
    assert measured.average_precision >= 0.66
    assert measured.roc_auc >= 0.88
    assert measured.card_precision_100 >= 0.28
    assert measured.brier <= 0.0030


def test_weights_that_are_not_the_card_s_are_refused(tmp_path: Path) -> None:
    folder = tmp_path / "weights"
    shutil.copytree(SHIPPED_WEIGHTS, folder)
    weights = folder / "labelled.ubj"
    weights.write_bytes(weights.read_bytes()[:-1] + b" ")
    with pytest.raises(WeightsMismatchError, match=r"labelled\.ubj is not the file"):
        FraudDetector.load(folder)


@pytest.mark.parametrize("history", ["labelled", "unlabelled", "none"])
def test_contributions_add_up_to_the_score(features: FeatureTable, history: str) -> None:
    table = FeatureTable(features.names, features.values[-50:], history)  # type: ignore[arg-type]
    detector = load_detector()
    scores, shares = detector.score(table), detector.contributions(table)
    np.testing.assert_allclose(1 / (1 + np.exp(-shares.sum(axis=1))), scores, rtol=1e-3)


def test_one_row_scores_as_among_many(features: FeatureTable) -> None:
    detector = load_detector()
    together = detector.score(features)
    alone = [detector.score(features[np.array([row])])[0] for row in range(0, len(together), 400)]
    np.testing.assert_array_equal(alone, together[::400])


def test_no_rows_have_no_scores(features: FeatureTable) -> None:
    nothing = features[np.array([], int)]
    detector = load_detector()
    assert detector.score(nothing).shape == (0,)
    assert len(detector.contributions(nothing)) == 0


def test_a_saved_detector_loads_as_it_was(features: FeatureTable, tmp_path: Path) -> None:
    files = load_detector().save(tmp_path / "copy")
    assert {file.name for file in files} == {"labelled.ubj", "unlabelled.ubj", CARD}
    copy = FraudDetector.load(tmp_path / "copy")
    assert copy.weights_sha256 == load_detector().weights_sha256
    np.testing.assert_array_equal(copy.score(features), load_detector().score(features))
