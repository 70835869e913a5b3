import numpy as np
import pytest

from models.fraud.fairness import by_group

pytestmark = pytest.mark.fraud


def test_groups_are_measured_apart() -> None:
    group = np.array(["a", "a", "a", "b", "b", ""], object)
    scores = np.array([0.9, 0.1, 0.8, 0.2, 0.9, 0.9])
    fraud = np.array([True, True, False, False, False, True])
    first, second = by_group(group, scores, fraud, 0.5)
    assert (first.group, first.transactions, first.frauds) == ("a", 3, 2)
    assert (first.recall, first.false_alarms) == (0.5, 1.0)
    assert (second.recall, second.false_alarms) == (None, 0.5)


def test_a_column_that_is_no_group_is_refused() -> None:
    with pytest.raises(ValueError, match="51 values; at most 50"):
        by_group(np.array([str(n) for n in range(51)], object), np.zeros(51), np.zeros(51, bool), 0.5)
