"""Backtests: the right measures, and no forecaster judged by what it has seen."""

import numpy as np
import pytest

from models.forecasting import ForecastingError, SeasonalNaive, random_walk, volatility_scaled_random_walk
from models.forecasting.backtest import LeakingBacktest, metrics, walk_forward
from models.forecasting.resampled import resampled
from models.forecasting.significance import diebold_mariano
from tests.models.forecasting.simulated import HOUR, START, bursts, market, series, walk

pytestmark = pytest.mark.crypto
MARKETS = {"ONE": market(bursts(3000, seed=1)), "TWO": market(bursts(3000, seed=2))}


def moment(step: int) -> np.datetime64:
    return START + step * HOUR


def test_every_origin_in_the_window_is_forecast_from_and_measured() -> None:
    walked = walk_forward(
        MARKETS,
        [random_walk(), volatility_scaled_random_walk(), SeasonalNaive()],
        start=moment(2000),
        end=moment(2200),
        origin_step=10,
        horizon=12,
    )

    assert len(walked) == 6
    first = walked[0]
    assert first.origins.tolist() == list(range(2000, 2189, 10))
    np.testing.assert_allclose(
        first.came[0], np.log(MARKETS["ONE"].close[2001:2013]) - np.log(MARKETS["ONE"].close[2000])
    )
    found = {measured.model: measured for measured in metrics(walked)}
    plain = found["random-walk"]
    assert (plain.mase, plain.crps_skill, plain.crps_significance) == (1, 0, None)
    assert plain.forecasts == 2 * 19 * 12
    errors = np.abs(np.concatenate([one.came for one in walked if one.model == "random-walk"]))
    assert plain.mae == pytest.approx(100 * errors.mean())
    assert found["seasonal-naive"].crps > plain.crps
    assert [one.crps for one in metrics(walked)] == sorted(one.crps for one in found.values())


def test_a_model_is_not_judged_by_what_it_has_seen() -> None:
    window = {"end": moment(2500), "origin_step": 10, "horizon": 12, "trained_until": {"random-walk": moment(2000)}}

    with pytest.raises(LeakingBacktest, match="random-walk was trained until"):
        walk_forward(MARKETS, [random_walk()], start=moment(2011), **window)
    assert walk_forward(MARKETS, [random_walk()], start=moment(2012), **window)


def test_windows_without_an_origin_are_refused() -> None:
    for start, end in ((2990, 2995), (0, 50), (5000, 6000)):
        with pytest.raises(ForecastingError, match="No origin lies between"):
            walk_forward(MARKETS, [random_walk()], start=moment(start), end=moment(end), origin_step=1, horizon=24)


def test_significance_tells_a_difference_from_chance() -> None:
    random = np.random.default_rng(0)
    theirs = random.exponential(1, 400)

    assert (diebold_mariano(theirs * 0.8, theirs, 3) or 1) < 1e-6
    rejected = [
        (diebold_mariano(random.exponential(1, 200), random.exponential(1, 200), 3) or 1) < 0.05 for _ in range(400)
    ]
    assert 0.02 < np.mean(rejected) < 0.09, "one in twenty by chance"
    assert diebold_mariano(theirs[:5], theirs[:5] + 1, 3) is None
    assert diebold_mariano(theirs, theirs, 3) is None


def test_overlapping_outcomes_count_for_less() -> None:
    noise = np.convolve(np.random.default_rng(1).normal(0, 1, 420), np.ones(20) / 20, "valid")

    naive, aware = diebold_mariano(noise + 0.05, np.zeros(401), 0), diebold_mariano(noise + 0.05, np.zeros(401), 19)

    assert naive is not None
    assert aware is not None
    assert aware > 10 * naive


def test_longer_steps_end_where_exchanges_cut_them() -> None:
    made = market(walk(100)).between(3, 100)  # begins at 03:00

    four = resampled(made, 4)

    assert four.start == START + 4 * HOUR
    assert four.step == 4 * HOUR
    np.testing.assert_array_equal(four.close, made.close[1::4])
    assert made.high is not None
    assert made.volume is not None
    assert four.high is not None
    assert four.volume is not None
    assert four.high[1] == made.high[2:6].max()
    assert four.volume[1] == pytest.approx(made.volume[2:6].sum())


def test_a_reference_stands_beside_in_time() -> None:
    ours, theirs = series(walk(50)).between(10, 50), series(walk(50, seed=2)).between(0, 30)

    beside = ours.beside(theirs).reference

    assert beside is not None
    np.testing.assert_array_equal(beside[:20], theirs.close[10:30])
    assert np.isnan(beside[20:]).all()
