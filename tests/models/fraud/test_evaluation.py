import numpy as np
import pytest

from models.fraud.evaluation import card_precision, evaluate, without_known_cards
from models.fraud.transactions import DAY, Transactions

pytestmark = pytest.mark.fraud

DAY_0 = np.datetime64("2026-02-01", "us")


def payments(rows: list[tuple[float, int, int]]) -> Transactions:
    """Rows of (days after DAY_0, customer, label)."""
    days, customers, labels = zip(*rows, strict=True)
    count = len(rows)
    return Transactions(
        np.arange(count),
        DAY_0 + np.array([round(day * 86_400) for day in days]) * np.timedelta64(1_000_000, "us"),
        np.array(customers),
        np.zeros(count, int),
        np.full(count, 100),
        np.full(count, "EUR"),
        np.array(labels, np.int8),
    )


def test_a_card_once_caught_is_not_counted_again() -> None:
    test = payments([(0.1, 1, 1), (0.2, 2, 0), (1.1, 1, 1), (1.2, 3, 1), (1.3, 4, 0)])
    scores = np.array([0.9, 0.1, 0.9, 0.8, 0.1])
    assert card_precision(test, scores, alerts_a_day=1) == 1.0  # customer 1 on the first day, 3 on the second
    assert card_precision(test, scores, alerts_a_day=2) == 0.5


def test_cards_become_known_as_their_labels_come_in() -> None:
    known = payments([(-8.5, 1, 1), (-6.5, 2, 1), (-20, 3, 1), (0.1, 1, 0)])
    test = payments([(0.1, 1, 0), (0.2, 2, 0), (1.5, 2, 0), (0.3, 3, 0), (0.4, 4, 0)])
    kept = without_known_cards(known, test, since=DAY_0 - 14 * DAY, train_end=DAY_0 - 7 * DAY)
    # 1 was defrauded before training ended; 2 half a day later, known on the second day; 3 before `since`; 4 never.
    assert kept.tolist() == [False, True, False, True, True]


def test_perfect_scores_measure_as_perfect() -> None:
    test = payments([(0.1, 1, 1), (0.2, 2, 0), (0.3, 3, 0)])
    found = evaluate(test, np.array([1.0, 0.0, 0.0]))
    assert (found.average_precision, found.roc_auc, found.brier) == (1, 1, 0)
    assert (found.transactions, found.frauds) == (3, 1)


def test_a_window_without_frauds_can_not_be_measured() -> None:
    with pytest.raises(ValueError, match="both"):
        evaluate(payments([(0, 1, 0)]), np.array([0.5]))
