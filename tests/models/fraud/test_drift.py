import numpy as np
import pytest

from models.fraud.drift import drift_between, psi
from models.fraud.features import FeatureTable

pytestmark = pytest.mark.fraud

RANDOM = np.random.default_rng(0)
SAME = RANDOM.normal(size=5000), RANDOM.normal(size=5000)


def table(values: np.ndarray) -> FeatureTable:
    return FeatureTable(("amount",), values[:, None], "labelled")


def test_the_same_distribution_has_no_drift() -> None:
    assert psi(*SAME) < 0.02


def test_a_shift_by_a_standard_deviation_is_an_alarm() -> None:
    found = drift_between(table(SAME[0]), table(SAME[1] + 1), scores=(SAME[0], SAME[1]), alert_precision=(0.6, 0.2))
    assert found.features["amount"] > 0.5
    assert found.alarms[0].startswith("amount has shifted: PSI ")
    assert found.alarms[1:] == ["alert precision fell from 0.60 to 0.20"]


def test_what_is_not_known_any_more_is_drift() -> None:
    gone = np.where(np.arange(5000) < 2500, np.nan, SAME[1])
    assert psi(SAME[0], gone) > 0.2
    assert psi(np.full(10, np.nan), np.full(10, np.nan)) == pytest.approx(0)


def test_nothing_to_compare_is_no_drift() -> None:
    assert psi(np.empty(0), SAME[0]) == 0.0
