import numpy as np
import pytest

from models.fraud.calibration import Calibration

pytestmark = pytest.mark.fraud


def test_overconfident_log_odds_become_probabilities() -> None:
    random = np.random.default_rng(0)
    truth = random.normal(-3, 2, 20_000)
    fraud = random.random(20_000) < 1 / (1 + np.exp(-truth))
    fitted = Calibration.fit(2 * truth + 1, fraud)
    assert fitted.slope == pytest.approx(0.5, rel=0.05)
    assert fitted.apply(2 * truth + 1).mean() == pytest.approx(fraud.mean(), rel=0.02)


def test_no_size_of_log_odds_overflows() -> None:
    given = Calibration(slope=1, intercept=0).apply(np.array([-1e6, 0.0, 1e6]))
    assert given.tolist() == [0, 0.5, 1]


def test_one_class_alone_is_refused() -> None:
    with pytest.raises(ValueError, match="both"):
        Calibration.fit(np.zeros(3), np.zeros(3, bool))


def test_reversed_log_odds_never_reverse_the_ranking() -> None:
    fitted = Calibration.fit(np.array([3.0, 2.0, -2.0, -3.0] * 5), np.array([False, False, True, True] * 5))
    assert fitted.slope > 0
