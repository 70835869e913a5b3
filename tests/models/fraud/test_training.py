import numpy as np
import pytest

from models.fraud.features import LABELLED_FEATURES, TERMINAL_RISKS
from models.fraud.simulator import Simulation, simulate
from models.fraud.split import WEEK, Split
from models.fraud.training import Source, Training, train_detector
from models.fraud.training_record import Effort
from models.fraud.transactions import DAY
from models.fraud.views import in_lone_batches

pytestmark = pytest.mark.fraud

SOURCE = Source("simulator", "0" * 64, simulated=True)


@pytest.fixture(scope="module")
def simulation() -> Simulation:
    return simulate(customers=700, terminals=900, days=60, seed=2)


@pytest.fixture(scope="module")
def training(simulation: Simulation) -> Training:
    return train_detector(simulation.transactions, SOURCE, seed=1, effort=Effort(folds=1, forest_trees=20))


def test_windows_never_overlap_and_labels_have_time_to_come_in() -> None:
    split = Split.of(np.array(["2026-01-01", "2026-03-31T23:00"], "datetime64[us]"))
    assert split.test_end == np.datetime64("2026-04-01")
    assert split.test_end - split.test_start == WEEK
    assert split.test_start - split.train_end == 7 * DAY
    assert split.calibration_start - split.fit_end == 7 * DAY
    assert split.fit_start < split.fit_end < split.calibration_start < split.train_end


def test_a_span_too_short_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 45 days"):
        Split.of(np.array(["2026-01-01", "2026-02-13"], "datetime64[us]"))


def test_training_learns_and_says_what_it_measured(training: Training) -> None:
    measured = training.evaluation.metrics["labelled"]
    chance = measured.frauds / measured.transactions
    assert measured.average_precision > 20 * chance
    card = training.detector.card
    assert card.variants["labelled"].metrics == measured
    assert card.data.simulated
    assert card.variants["none"].features == tuple(name for name in LABELLED_FEATURES if name not in TERMINAL_RISKS)


def test_no_known_compromised_card_is_measured_on(training: Training, simulation: Simulation) -> None:
    rows, split = simulation.transactions, training.split
    week = rows.between(split.train_end - WEEK, split.train_end)
    known = set(week.customer[week.label == 1].tolist())
    assert known
    assert not known & set(training.evaluation.rows.customer.tolist())


def test_probabilities_are_about_right(training: Training) -> None:
    scores = training.evaluation.scores["labelled"]
    assert scores.mean() == pytest.approx((training.evaluation.rows.label == 1).mean(), abs=0.004)


def test_unlabelled_payments_are_refused(simulation: Simulation) -> None:
    with pytest.raises(ValueError, match="labels"):
        train_detector(simulation.transactions.without_labels(), SOURCE)


def test_lone_batches_share_no_customer_and_no_label(simulation: Simulation) -> None:
    rows = simulation.transactions
    lone = in_lone_batches(rows, np.random.default_rng(0))
    assert not lone.labelled
    for groups, whole in ((lone.customer, rows.customer), (lone.terminal, rows.terminal)):
        pairs = np.unique(np.column_stack([groups, whole]), axis=0)
        assert len(pairs) == len(np.unique(groups))  # a number of a batch stands for one customer or terminal
    spans = [np.ptp(lone.time[lone.customer == customer].astype(int)) for customer in np.unique(lone.customer)[:200]]
    assert max(spans) <= 30 * 86_400_000_000
