"""Intervals between the quantiles of a forecast, and the danger that its distribution tells of."""

from dataclasses import replace
from itertools import pairwise
from statistics import NormalDist

import numpy as np
import pytest

from blocks.recorded_candles import recorded_candles
from models.forecasting import LEVELS, Forecast
from tasks.crypto.levels import intervals, quantile
from tasks.crypto.prospect import forecast_risk

pytestmark = pytest.mark.crypto

LAST = 100.0
HOUR = np.timedelta64(3_600_000, "ms")


def lognormal(sigma: float = 0.04, drift: float = 0.0) -> Forecast:
    """Three steps of a geometric Brownian motion, whose quantiles are known at any level."""
    scores = np.array([NormalDist().inv_cdf(level) for level in LEVELS])
    steps = np.sqrt(np.arange(1, 4))[:, None]
    start = np.datetime64("2025-01-01T00:00:00.000")
    quantiles = LAST * np.exp(drift + sigma * steps * scores)
    return Forecast(start, LAST, start + np.arange(1, 4) * HOUR, quantiles, "test", "1")


@pytest.mark.parametrize("coverage", [1, 50, 66.5, 90, 94.5])
def test_intervals_of_a_lognormal_price_are_exact(coverage: float) -> None:
    for step, found in enumerate(intervals(lognormal(), [coverage]), 1):
        score = NormalDist().inv_cdf(0.5 + coverage / 200)
        assert found[f"{coverage:g}"].upper == pytest.approx(LAST * np.exp(0.04 * np.sqrt(step) * score), rel=1e-12)
        assert found[f"{coverage:g}"].lower == pytest.approx(LAST * np.exp(-0.04 * np.sqrt(step) * score), rel=1e-12)


def test_levels_that_the_forecast_has_are_its_own_numbers() -> None:
    forecast = lognormal()
    found = intervals(forecast, [95, 80, 80])
    assert list(found[0]) == ["80", "95"]
    assert [step["80"].lower for step in found] == forecast.lower_80.tolist()
    assert [step["95"].upper for step in found] == forecast.upper_95.tolist()
    for level in LEVELS:
        assert quantile(forecast, level).tolist() == forecast.at(level).tolist()


def test_wider_coverage_never_makes_a_narrower_interval() -> None:
    forecast = lognormal()
    forecast.quantiles[:, 3:6] = forecast.quantiles[:, 5:6]  # a distribution with a lump
    for step in intervals(forecast, [coverage / 2 for coverage in range(2, 191)]):
        found = list(step.values())
        for narrow, wide in pairwise(found):
            assert wide.lower <= narrow.lower * (1 + 1e-12)
            assert wide.upper >= narrow.upper * (1 - 1e-12)


@pytest.mark.parametrize("coverage", [95.5, 99, 100])
def test_what_was_never_calibrated_is_refused(coverage: float) -> None:
    with pytest.raises(ValueError, match="intervals hold at most 95 %"):
        intervals(lognormal(), [coverage])


def test_risk_of_a_lognormal_price_is_that_of_the_textbook() -> None:
    sigma = 0.04 * np.sqrt(3)
    risk = forecast_risk(lognormal(), recorded_candles("BTC", timeframe="1h", count=400))
    assert risk.probability_of_fall == pytest.approx(0.5)
    assert risk.value_at_risk_95 == pytest.approx(100 * (1 - np.exp(sigma * NormalDist().inv_cdf(0.05))), rel=1e-9)
    textbook = 100 * (1 - NormalDist().cdf(NormalDist().inv_cdf(0.05) - sigma) / 0.05 * np.exp(sigma**2 / 2))
    assert risk.expected_shortfall_95 == pytest.approx(textbook, rel=0.06)
    assert risk.expected_shortfall_95 > textbook, "an exponential tail is the heavier one"


def test_a_fall_is_as_likely_as_the_median_is_low() -> None:
    candles = recorded_candles("BTC", timeframe="1h", count=400)
    assert (forecast_risk(lognormal(drift=-0.02), candles).probability_of_fall or 0) > 0.55
    assert forecast_risk(lognormal(drift=0.5), candles).probability_of_fall is None
    assert forecast_risk(lognormal(drift=0.5), candles).value_at_risk_95 < 0


def test_volatility_is_of_single_candles_only() -> None:
    candles = recorded_candles("BTC", timeframe="1h", count=400)
    known = forecast_risk(lognormal(), candles).volatility
    returns = np.diff(np.log(candles.close[-169:]))
    assert known == pytest.approx(100 * returns.std(ddof=1), rel=0.02)
    keep = np.ones(400, dtype=bool)
    keep[-60:-20] = False
    gap = replace(candles, **{n: getattr(candles, n)[keep] for n in ("time", "open", "high", "low", "close", "volume")})
    jump = replace(gap, close=np.concatenate([gap.close[:-20] * 3, gap.close[-20:]]))
    assert forecast_risk(lognormal(), jump).volatility == pytest.approx(forecast_risk(lognormal(), gap).volatility)
    few = replace(gap, **{n: getattr(gap, n)[-5:] for n in ("time", "open", "high", "low", "close", "volume")})
    assert forecast_risk(lognormal(), few).volatility is None
