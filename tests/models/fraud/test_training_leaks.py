"""What training must not see: labels younger than their delay, and anything of the payments that it is tested on."""

from dataclasses import replace

import numpy as np
import pytest

from models.fraud.simulator import simulate
from models.fraud.split import Split
from models.fraud.training import Source, Training, train_detector
from models.fraud.training_record import Effort
from models.fraud.transactions import DAY, Transactions

pytestmark = pytest.mark.fraud

SOURCE = Source("simulator", "0" * 64, simulated=True)
QUICK = Effort(tuning_trials=2, tuning_seconds=600, folds=1, forest_trees=10)
ROWS = simulate(customers=300, terminals=300, days=56, seed=5).transactions
TEST_START = np.datetime64("2026-02-19", "us")
TRAIN, TEST = ROWS[ROWS.time < TEST_START], ROWS[ROWS.time >= TEST_START]


def flipped(rows: Transactions, since: np.datetime64) -> Transactions:
    return replace(rows, label=np.where(rows.time >= since, 1 - rows.label, rows.label).astype(np.int8))


def trained(train: Transactions, test: Transactions | None) -> Training:
    return train_detector(train, SOURCE, test=test, seed=3, effort=QUICK)


@pytest.fixture(scope="module")
def training() -> Training:
    return trained(TRAIN, TEST)


def test_labels_not_known_when_the_test_began_change_nothing(training: Training) -> None:
    """Equal files also mean that the same seed gives the same detector."""
    other = trained(flipped(TRAIN, TEST_START - 7 * DAY), flipped(TEST, TEST_START))
    mine, theirs = training.detector.card, other.detector.card
    assert theirs.sha256 == mine.sha256
    assert theirs.ensemble is not None
    assert mine.ensemble is not None
    assert theirs.ensemble.sha256 == mine.ensemble.sha256
    assert theirs.ensemble.thresholds == mine.ensemble.thresholds
    assert theirs.ensemble.booster_weight == mine.ensemble.booster_weight
    for history, variant in mine.variants.items():
        assert theirs.variants[history].thresholds == variant.thresholds
        assert theirs.variants[history].calibration == variant.calibration
    assert [fold.metrics for fold in other.folds] == [fold.metrics for fold in training.folds]
    assert other.tuning.parameters == training.tuning.parameters
    assert theirs.ensemble.metrics != mine.ensemble.metrics  # what is measured does change


def test_older_labels_do_count(training: Training) -> None:
    other = trained(flipped(TRAIN, TEST_START - 9 * DAY), TEST)
    assert other.detector.card.sha256 != training.detector.card.sha256


def test_test_payments_themselves_change_nothing(training: Training) -> None:
    cut = replace(TEST, amount=TEST.amount * 3)
    assert trained(TRAIN, cut).detector.card.sha256 == training.detector.card.sha256


def test_every_test_payment_gets_a_score(training: Training) -> None:
    assert training.test is not None
    assert sorted(training.test.transaction_id.tolist(), key=int) == sorted(map(str, TEST.transaction_id), key=int)
    assert ((training.test.score >= 0) & (training.test.score <= 1)).all()
    fraud = dict(zip(TEST.transaction_id.astype("U"), TEST.label == 1, strict=True))
    is_fraud = np.array([fraud[one] for one in training.test.transaction_id.tolist()])
    assert training.test.score[is_fraud].mean() > 5 * training.test.score[~is_fraud].mean()
    assert any("were not fitted on" in warning for warning in training.warnings)


def test_test_payments_without_labels_are_scored_and_measured_on_earlier_ones() -> None:
    found = trained(TRAIN[TRAIN.time >= TRAIN.time.min()], TEST.without_labels())
    assert found.test is not None
    assert len(found.test.score) == len(TEST)
    assert found.evaluation.rows.time.max() < TEST_START


def test_a_payment_in_both_is_refused() -> None:
    with pytest.raises(ValueError, match=r"1 transaction ids are in the training and in the test payments"):
        trained(TRAIN, Transactions.concatenate([TEST, TRAIN[:1]]))


def test_a_test_before_anything_is_known_is_refused() -> None:
    with pytest.raises(ValueError, match="only 3 days of training payments are at least 7 days older"):
        Split.before(TRAIN.time, np.array(["2026-01-11"], "datetime64[us]"))


@pytest.mark.parametrize(("label", "why"), [(0, "0 frauds and"), (1, "and 0 genuine")])
def test_one_class_alone_is_refused(label: int, why: str) -> None:
    rows = replace(TRAIN, label=np.full(len(TRAIN), label, np.int8))
    with pytest.raises(ValueError, match=why):
        trained(rows, None)


def test_three_rows_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 10 of both"):
        trained(TRAIN[:3], None)


def test_a_few_days_of_training_score_a_file_without_labels() -> None:
    short = TRAIN[TRAIN.time >= TRAIN.time.max() - 24 * DAY]
    later = TEST[TEST.time >= np.datetime64("2026-02-23", "us")].without_labels()
    found = trained(short, later)
    assert found.test is not None
    assert np.isfinite(found.test.score).all()
    assert any("span few days" in warning for warning in found.warnings)
    with pytest.raises(ValueError, match="at least 45 days"):
        trained(short, None)
