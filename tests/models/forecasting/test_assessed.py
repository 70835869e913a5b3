"""A forecast that says what it is worth, and steps aside when that is nothing."""

import time
from pathlib import Path

import numpy as np
import pytest

from models.forecasting import (
    LEVELS,
    ConstantPrice,
    ForecastingError,
    PriceSeries,
    ShortHistory,
    assess_and_forecast,
    history_wanted,
    random_walk,
    volatility_scaled_random_walk,
)
from tests.models.forecasting.simulated import HOUR, START, bursts, series, walk

pytestmark = pytest.mark.crypto
SCALED = volatility_scaled_random_walk()
CANDLES = Path(__file__).parents[4] / "shared/data/crypto/binance_spot_1h_5coins_20200920_20250919.parquet"


def test_where_volatility_changes_the_scaled_walk_has_skill() -> None:
    known = series(bursts(history_wanted(6)))

    assessed = assess_and_forecast(known, 6, SCALED)

    assert assessed.fallback is None
    assert assessed.skill is not None
    assert assessed.skill.crps > 0.015
    assert assessed.skill.mae == 0, "both say the last close"
    assert assessed.forecast.model == assessed.skill.model == "volatility-scaled-random-walk"
    assert assessed.calibration is not None
    assert 0.7 < assessed.calibration.coverage_80 < 0.9
    assert assessed.calibration.end == known.end


def test_without_skill_the_random_walk_stands_in() -> None:
    # a volatility that has turned by the time it is seen: following it can only hurt
    flips = np.where(np.arange(2600) // 12 % 2, 0.02, 0.002)
    known = series(walk(2600, volatility=flips))

    assessed = assess_and_forecast(known, 12, SCALED)

    assert assessed.skill is not None
    assert assessed.skill.crps <= 0
    assert assessed.forecast.model == "random-walk"
    assert assessed.fallback
    assert "showed no skill lately" in assessed.fallback
    plain = random_walk().quantiles(known, np.array([len(known) - 1]), 12)[0]
    np.testing.assert_array_equal(assessed.forecast.quantiles, known.close[-1] * np.exp(plain))


def test_the_forecast_speaks_of_the_steps_after_the_last_price() -> None:
    known = series(bursts(800))

    forecast = assess_and_forecast(known, 5, SCALED).forecast

    assert forecast.issued_at == START + 799 * HOUR
    assert forecast.time.tolist() == (START + np.arange(800, 805) * HOUR).tolist()
    assert forecast.quantiles.shape == (5, len(LEVELS))
    assert forecast.median.tolist() == [known.close[-1]] * 5
    for inner, outer in ((forecast.lower_80, forecast.lower_95), (forecast.upper_95, forecast.upper_80)):
        assert np.all(inner > outer)


def test_what_is_measured_does_not_see_the_forecast_window() -> None:
    prices = bursts(2100)
    known, longer = series(prices[:2000]), series(prices)

    before = assess_and_forecast(known, 24, SCALED)
    again = assess_and_forecast(longer.until(1999), 24, SCALED)

    assert before.skill == again.skill
    assert before.calibration == again.calibration
    assert before.forecast.quantiles.tobytes() == again.forecast.quantiles.tobytes()


@pytest.mark.parametrize(("count", "horizon"), [(1, 1), (50, 1), (101, 1), (120, 24), (268, 168)])
def test_too_short_a_history_says_how_much_is_needed(count: int, horizon: int) -> None:
    with pytest.raises(ShortHistory, match=f"{count} known prices are too few .* at least {horizon + 101} are needed"):
        assess_and_forecast(series(walk(count)), horizon, SCALED)


def test_just_enough_history_forecasts_without_a_measure() -> None:
    assessed = assess_and_forecast(series(walk(125)), 24, SCALED)

    assert assessed.calibration is None
    assert assessed.skill is None
    assert assessed.fallback
    assert "too few to measure the skill" in assessed.fallback
    assert np.isfinite(assessed.forecast.quantiles).all()


def test_a_constant_price_is_refused() -> None:
    with pytest.raises(ConstantPrice, match="stood at 1 all 600 times"):
        assess_and_forecast(series(np.ones(600)), 24, SCALED)


def test_a_price_that_has_stopped_moving_is_refused() -> None:
    prices = np.concatenate([walk(900), np.full(1200, 5.0)])

    with pytest.raises(ConstantPrice, match="stood at 5 all 1024 times that count"):
        assess_and_forecast(series(prices), 24, SCALED)


def test_a_price_that_hardly_moves_is_forecast() -> None:
    prices = np.ones(1500)
    prices[::97] = 1.0001

    assert np.isfinite(assess_and_forecast(series(prices), 24, SCALED).forecast.quantiles).all()


def test_a_series_with_more_gaps_than_prices_is_refused() -> None:
    prices = walk(2000)
    prices[np.arange(2000) % 25 != 0] = np.nan

    with pytest.raises(ShortHistory):
        assess_and_forecast(series(prices), 24, SCALED)


@pytest.mark.parametrize(
    ("close", "complaint"),
    [
        ([1.0, -1.0], "positive"),
        ([1.0, 0.0], "positive"),
        ([1.0, np.inf], "finite"),
        ([np.nan, np.nan], "NaN"),
        ([], "no"),
    ],
)
def test_prices_that_are_none_are_refused(close: list[float], complaint: str) -> None:
    with pytest.raises(ForecastingError, match=complaint):
        series(np.array(close, dtype=np.float64))


def test_times_off_the_grid_are_refused() -> None:
    time_of = START + np.array([0, 3_600_000, 5_000_000], dtype="timedelta64[ms]")
    for times in (time_of, time_of[[0, 0, 1]], time_of[[1, 0, 0]], START + np.array([0, 10**13], "timedelta64[h]")):
        with pytest.raises(ForecastingError, match="whole steps"):
            PriceSeries.from_closes(times, np.ones(len(times)), HOUR)


@pytest.mark.parametrize("horizon", [1, 24, 168])
def test_it_costs_little_time_of_the_processor(horizon: int) -> None:
    known = series(bursts(history_wanted(horizon)))
    seconds = []
    for _ in range(4):
        began = time.process_time()
        assess_and_forecast(known, horizon, SCALED)
        seconds.append(time.process_time() - began)

    assert min(seconds) < 0.3


@pytest.mark.data
@pytest.mark.skipif(not CANDLES.exists(), reason="the shared data folder is not here")
def test_on_real_candles_it_holds_what_it_promises() -> None:
    import pandas as pd

    table = pd.read_parquet(CANDLES, columns=["symbol", "date", "close"])
    calibrations, skills = [], []
    for _, coin in table.groupby("symbol"):
        hours = coin.set_index("date").close.resample("1h").asfreq()
        for end in range(len(hours) - 1, len(hours) - 8000, -2200):
            known = series(hours.to_numpy()[end - history_wanted(24) : end])
            if np.isnan(known.close[0]):
                continue
            assessed = assess_and_forecast(known, 24, SCALED)
            calibrations.append((assessed.calibration.coverage_80, assessed.calibration.coverage_95))
            skills.append(assessed.skill.crps)

    assert len(skills) >= 15
    coverage_80, coverage_95 = np.mean(calibrations, axis=0)
    assert 0.77 <= coverage_80 <= 0.83
    assert 0.92 <= coverage_95 <= 0.97
    assert -0.01 < np.mean(skills) < 0.03, "more would be a leak until proven otherwise"
