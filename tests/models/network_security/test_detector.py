"""The shipped detector: what its card promises, what it says, and what it refuses."""

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from models.network_security.attack_class import NORMAL
from models.network_security.detector import SHIPPED_WEIGHTS, NetworkDetector, load_detector
from models.network_security.feature_table import FeatureTable
from models.network_security.members import DISTANCE_FLOOR
from models.network_security.reasons import explain, shares
from models.network_security.weights_file import WeightsMismatchError, dump_forest
from tasks.network_security.read import read_rows
from tests.tasks.network_security.records import FLOOD, GUESS, nsl_row

pytestmark = pytest.mark.fraud

STRANGE = {
    "service": "IRC",
    "flag": "OTH",
    "urgent": 3,
    "num_shells": 2,
    "root_shell": 1,
    "num_file_creations": 40,
    "duration": 30_000,
    "dst_host_srv_diff_host_rate": 1.0,
}


@pytest.fixture(scope="module")
def detector() -> NetworkDetector:
    return load_detector()


def table(*rows: dict[str, object]) -> FeatureTable:
    return read_rows([nsl_row(**row) for row in rows]).table


def test_the_card_says_what_was_measured_on_attacks_it_never_saw(detector: NetworkDetector) -> None:
    metrics = detector.card.metrics
    assert metrics.roc_auc >= 0.96
    assert metrics.accuracy >= 0.9
    assert metrics.found_unseen >= 0.85
    assert metrics.accuracy - metrics.accuracy_of_trees >= 0.05
    assert metrics.false_alarms <= 0.02
    assert {one.attack for one in metrics.held_out} == set(detector.card.data.attacks)
    assert "not a measurement on another network" in detector.card.limits


def test_the_weights_are_small_and_none_is_a_pickle() -> None:
    files = [path for path in SHIPPED_WEIGHTS.iterdir() if path.name != "card.json"]
    assert sum(path.stat().st_size for path in files) <= 2 * 2**20
    assert {path.suffix for path in files} == {".ubj", ".skops", ".safetensors"}


def test_it_tells_ordinary_records_from_known_and_from_strange_ones(detector: NetworkDetector) -> None:
    judged = detector.judge(table({}, FLOOD, GUESS, STRANGE))
    assert (judged.score >= detector.card.combination.threshold).tolist() == [False, True, True, True]
    assert judged.attack_class[:3].tolist() == [NORMAL, "dos", "r2l"]
    assert judged.novelty[0] < 0.95
    assert judged.novelty[3] > 0.99


def test_a_record_is_judged_the_same_alone_and_among_others(detector: NetworkDetector) -> None:
    rows = table({}, FLOOD, GUESS, STRANGE)
    together = detector.judge(rows)
    for place in range(len(rows)):
        alone = detector.judge(rows[np.array([place])])
        assert alone.score[0] == pytest.approx(together.score[place], abs=1e-6)
        assert alone.attack_class[0] == together.attack_class[place]


def test_a_service_never_seen_and_values_beyond_all_are_judged(detector: NetworkDetector) -> None:
    judged = detector.judge(table({"service": "quic", "src_bytes": 1e300, "dst_bytes": 1e300, "duration": 1e300}))
    assert np.isfinite(judged.score).all()
    assert judged.novelty[0] > 0.95


def test_reasons_say_what_speaks_for_an_attack_or_against_one(detector: NetworkDetector) -> None:
    rows = table({}, FLOOD, GUESS)
    features = len(rows.space.categorical) + len(rows.space.numeric) + 1
    ordinary, *attacks = explain(detector, rows, detector.judge(rows), most=features)
    assert all(one.contribution > 0 for reasons in attacks for one in reasons)
    assert ordinary
    assert len({one.contribution > 0 for one in ordinary}) == 1
    words = {one.feature: one.text for one in attacks[1]}
    assert words["num_failed_logins"] == "5 failed logins; the nearest normal record has about 0"


def test_the_shares_of_a_score_sum_to_it(detector: NetworkDetector) -> None:
    rows = table({}, FLOOD, GUESS, STRANGE)
    judged = detector.judge(rows)
    trees, novelty = shares(detector, rows, judged)
    combination = detector.card.combination
    bias = detector.members.shap(rows)[:, -1] * combination.supervised / 2
    usual = combination.novelty * np.log(np.median(detector.card.novelty_scale) + DISTANCE_FLOOR)
    whole = trees.sum(axis=1) + novelty.sum(axis=1) + bias + usual + combination.intercept
    assert whole == pytest.approx(combination.log_odds(judged.opinions), abs=0.02)


def test_more_novelty_never_lowers_a_score(detector: NetworkDetector) -> None:
    combination = detector.card.combination
    assert combination.novelty > 0
    assert combination.supervised > 0


def test_other_weights_than_the_cards_are_refused(tmp_path: Path) -> None:
    folder = tmp_path / "weights"
    shutil.copytree(SHIPPED_WEIGHTS, folder)
    content = bytearray((folder / "normality.safetensors").read_bytes())
    content[-1] ^= 1
    (folder / "normality.safetensors").write_bytes(content)
    with pytest.raises(WeightsMismatchError, match=r"normality\.safetensors is not the file"):
        NetworkDetector.load(folder)


def test_a_forest_file_with_other_types_is_not_read(tmp_path: Path) -> None:
    from sklearn.preprocessing import FunctionTransformer

    folder = tmp_path / "weights"
    shutil.copytree(SHIPPED_WEIGHTS, folder)
    hostile = dump_forest(FunctionTransformer(shutil.rmtree))
    (folder / "forest.skops").write_bytes(hostile)
    card = json.loads((folder / "card.json").read_text())
    card["sha256"]["forest.skops"] = hashlib.sha256(hostile).hexdigest()
    (folder / "card.json").write_text(json.dumps(card))
    with pytest.raises(WeightsMismatchError, match=r"holds .*rmtree"):
        NetworkDetector.load(folder)


def test_what_is_saved_is_what_is_loaded(detector: NetworkDetector, tmp_path: Path) -> None:
    detector.save(tmp_path)
    for path in SHIPPED_WEIGHTS.iterdir():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name
