"""What every forecaster keeps: its promise about the future, its shape, and its order."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from models.forecasting import (
    LEVELS,
    Ensemble,
    Forecaster,
    ForecastingError,
    NetworkForecaster,
    Recalibrated,
    SeasonalNaive,
    assess_and_forecast,
    history_wanted,
    random_walk,
    volatility_scaled_random_walk,
)
from models.forecasting.many import forecast_many
from models.forecasting.scores import outcomes, score
from models.forecasting.shipped import calibrated, is_stale, saw_outcomes_of, shipped_networks
from tests.models.forecasting.simulated import bursts, market, walk

pytestmark = pytest.mark.crypto


def shipped() -> list[NetworkForecaster]:
    return [NetworkForecaster.load(folder) for folder in shipped_networks().values()]


FORECASTERS: dict[str, Callable[[], Forecaster]] = {
    "random walk": random_walk,
    "scaled walk": volatility_scaled_random_walk,
    "seasonal naive": SeasonalNaive,
    "lstm": lambda: NetworkForecaster.load(shipped_networks()["lstm"]),
    "transformer": lambda: NetworkForecaster.load(shipped_networks()["transformer"]),
    "ensemble, recalibrated": lambda: calibrated([*shipped()]),
    "stale": lambda: calibrated([*shipped()], stale=True),
}


@pytest.fixture(params=FORECASTERS.values(), ids=FORECASTERS)
def forecaster(request: pytest.FixtureRequest) -> Forecaster:
    made: Forecaster = request.param()
    return made


def test_cutting_the_future_off_changes_no_bit(forecaster: Forecaster) -> None:
    known = market(bursts(1500)).beside(market(walk(1500, seed=5)))
    origins = np.array([800, 1001, 1200])

    together = forecaster.quantiles(known, origins, 24)

    assert together.shape == (3, 24, len(LEVELS))
    assert (np.diff(together, axis=-1) >= 0).all(), "quantiles do not cross"
    for place, origin in enumerate(origins):
        alone = forecaster.quantiles(known.until(int(origin)), origins[place : place + 1], 24)
        assert alone[0].tobytes() == together[place].tobytes()


def test_gaps_do_no_harm(forecaster: Forecaster) -> None:
    whole = market(bursts(1500))
    close = whole.close.copy()
    close[1000:1030] = np.nan
    close[1400] = np.nan

    said = forecaster.quantiles(replace(whole, close=close), np.array([1499]), 12)

    assert np.isfinite(said).all()
    assert np.abs(said).max() < 0.5


def test_the_shipped_networks_are_small_and_say_where_they_are_from() -> None:
    for kind, folder in shipped_networks().items():
        card = NetworkForecaster.load(folder).card
        assert card.kind == kind
        assert set(card.trained_on) == {"BTC", "ETH", "SOL", "BNB", "XRP"}
        assert card.metrics["crps_skill_of_sibling_until_2025_04"] > 0.01
        assert sum(file.stat().st_size for file in folder.iterdir()) < 2 * 2**20


def test_age_and_what_a_network_has_seen() -> None:
    card = shipped()[0].card

    assert not is_stale(card, card.trained_until + timedelta(days=card.max_age_days))
    assert is_stale(card, card.trained_until + timedelta(days=card.max_age_days + 1))
    assert saw_outcomes_of(card, datetime(2021, 9, 1, tzinfo=UTC), datetime(2021, 12, 1, tzinfo=UTC))
    assert not saw_outcomes_of(card, card.trained_until, card.trained_until + timedelta(days=1))


def test_a_network_refuses_a_horizon_beyond_its_training() -> None:
    with pytest.raises(ForecastingError, match="trained up to 168 steps ahead, not 169"):
        shipped()[0].quantiles(market(bursts(900)), np.array([800]), 169)


def test_recalibration_mends_intervals_that_are_too_wide() -> None:
    class Wide:
        name, version = "wide", "1"

        def history(self, horizon: int) -> int:
            return horizon + 101

        def quantiles(self, series: object, origins: object, horizon: int) -> np.ndarray:
            return 3 * volatility_scaled_random_walk().quantiles(series, origins, horizon)  # type: ignore[arg-type]

    known = market(bursts(4000, seed=3))
    origins = np.arange(2000, 3970, 11)
    came = outcomes(known, origins, 12)

    before = score(Wide().quantiles(known, origins, 12), came)
    after = score(Recalibrated(Wide(), prior=5).quantiles(known, origins, 12), came)

    assert before.coverage_80 > 0.97
    assert 0.76 < after.coverage_80 < 0.9
    assert np.nanmean(after.crps) < np.nanmean(before.crps)


def test_an_ensemble_says_the_mean() -> None:
    known, origins = market(bursts(900)), np.array([800])
    both = [random_walk(), volatility_scaled_random_walk()]

    said = Ensemble(both).quantiles(known, origins, 6)

    np.testing.assert_allclose(said, sum(one.quantiles(known, origins, 6) for one in both) / 2)


def test_the_seasonal_naive_says_what_happened_a_day_before() -> None:
    known = market(bursts(900))

    said = SeasonalNaive().quantiles(known, np.array([800]), 30)[0]

    middle = known.close[800] * np.exp(said[:, LEVELS.index(0.5)])
    np.testing.assert_allclose(middle[:24], known.close[777:801], err_msg="the day before")
    np.testing.assert_allclose(middle[24:], known.close[777:783], err_msg="and once more")


def test_without_skill_it_steps_aside_in_turn() -> None:
    known = market(bursts(history_wanted(6)))

    assessed = assess_and_forecast(known, 6, SeasonalNaive())

    assert assessed.forecast.model == "volatility-scaled-random-walk"
    assert assessed.fallback
    assert assessed.fallback.startswith("seasonal-naive showed no skill lately")
    assert assessed.skill
    assert assessed.skill.model == "seasonal-naive"
    assert assessed.skill.crps < -0.1
    assert assessed.skill.crps_significance is not None
    assert assessed.skill.crps_significance < 0.01


def test_a_history_too_short_for_the_network_gets_a_random_walk_that_says_so() -> None:
    assessed = assess_and_forecast(market(bursts(200)), 6, calibrated([*shipped()]))

    assert assessed.forecast.model == "random-walk"
    assert assessed.fallback == "200 prices are too few to measure the skill of ensemble"


def test_many_prices_at_once_and_one_that_fails_hides_no_other() -> None:
    markets = {"A": market(bursts(900)), "SHORT": market(walk(20)), "B": market(bursts(900, seed=2))}

    found = forecast_many(markets, 6, calibrated([*shipped()]))

    assert isinstance(found["SHORT"], ForecastingError)
    for name in ("A", "B"):
        alone = assess_and_forecast(markets[name], 6, calibrated([*shipped()]), most_origins=16)
        batch = found[name]
        assert not isinstance(batch, ForecastingError)
        np.testing.assert_array_equal(batch.forecast.quantiles, alone.forecast.quantiles)
