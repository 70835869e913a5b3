"""Conformal random walks: exact ranks, true coverage, no look into the future."""

import math

import numpy as np
import pytest

from models.forecasting import LEVELS, PriceSeries, random_walk, volatility_scaled_random_walk
from models.forecasting.conformal import ConformalWalk
from models.forecasting.scores import outcomes, score
from models.forecasting.volatility import blended_volatility, ewma_variance
from tests.models.forecasting.simulated import HOUR, START, bursts, series, walk

pytestmark = pytest.mark.crypto
BOTH = pytest.mark.parametrize("walker", [random_walk(), volatility_scaled_random_walk()], ids=lambda w: w.name)


def test_an_interval_is_the_conformal_rank_of_past_errors() -> None:
    prices, horizon, window = walk(400), 5, 120
    log_price = np.log(prices)

    said = random_walk(window).quantiles(series(prices), np.array([399]), horizon)[0]

    for h in range(1, horizon + 1):
        errors = sorted(abs(log_price[t] - log_price[t - h]) for t in range(400 - window, 400))
        for level, probability in ((0.975, 0.95), (0.9, 0.8), (0.6, 0.2)):
            rank = math.ceil((window + 1) * probability - 1e-9)
            assert said[h - 1, LEVELS.index(level)] == pytest.approx(errors[rank - 1])
    np.testing.assert_array_equal(said, -said[:, ::-1])


@BOTH
@pytest.mark.parametrize("cut", [301, 700, 1500])
def test_cutting_the_future_off_changes_no_bit(walker: ConformalWalk, cut: int) -> None:
    prices = bursts(1600)
    prices[[50, 51, 640, 1200]] = np.nan
    origins = np.arange(200, cut, 37)

    whole = walker.quantiles(series(prices), origins, 24)
    part = walker.quantiles(series(prices[:cut]), origins, 24)

    assert whole.tobytes() == part.tobytes()
    until = series(prices).until(int(origins[-1]))
    assert walker.quantiles(until, origins[-1:], 24).tobytes() == whole[-1:].tobytes()


@BOTH
def test_coverage_is_what_it_says(walker: ConformalWalk) -> None:
    inside_80, inside_95 = [], []
    for seed in range(6):
        known = series(walk(4000, seed=seed))
        origins = np.arange(1100, 3970, 25)
        scores = score(walker.quantiles(known, origins, 12), outcomes(known, origins, 12))
        inside_80.append(scores.coverage_80)
        inside_95.append(scores.coverage_95)

    assert np.mean(inside_80) == pytest.approx(0.80, abs=0.02)
    assert np.mean(inside_95) == pytest.approx(0.95, abs=0.015)


def test_scaling_narrows_what_calm_and_storm_do_to_coverage() -> None:
    known = series(bursts(6000, spell=1000))
    origins = np.arange(1400, 5990, 5)
    wild = origins // 1000 % 2 == 1
    truth = outcomes(known, origins, 1)
    scaled = score(volatility_scaled_random_walk().quantiles(known, origins, 1), truth).inside_80
    plain = score(random_walk().quantiles(known, origins, 1), truth).inside_80

    assert abs(scaled[wild].mean() - scaled[~wild].mean()) < 0.7 * abs(plain[wild].mean() - plain[~wild].mean())


@BOTH
def test_quantiles_never_cross(walker: ConformalWalk) -> None:
    said = walker.quantiles(series(bursts(1500)), np.arange(300, 1500, 11), 48)

    assert np.all(np.diff(said, axis=-1) >= 0)
    assert np.all(said[..., LEVELS.index(0.5)] == 0)


def test_a_move_across_a_gap_is_not_one_steps_move() -> None:
    prices = walk(600, volatility=0.001)
    prices[300:] *= 1.5
    time = START + np.arange(600) * HOUR
    kept = np.r_[0:250, 300:600]  # the jump lies in the gap
    known = PriceSeries.from_closes(time[kept], prices[kept], HOUR)

    said = random_walk().quantiles(known, np.array([len(known) - 1]), 10)

    assert len(known) == 600
    assert said.max() < 0.02, "the 50 % jump took more than ten steps and is no error of any of them"


def test_ewma_is_the_weighted_mean_it_claims_to_be() -> None:
    returns = np.random.default_rng(1).normal(0, 0.02, 50)
    weights = 0.9 ** np.arange(50)[::-1]

    assert ewma_variance(returns, 0.9)[-1] == pytest.approx((weights * returns**2).sum() / weights.sum())
    holed = np.concatenate([[np.nan], returns, [np.nan]])
    assert ewma_variance(holed, 0.9)[-1] == ewma_variance(returns, 0.9)[-1]
    assert np.isnan(ewma_variance(holed, 0.9)[0])


def test_a_still_spell_does_not_promise_stillness() -> None:
    returns = np.concatenate([np.random.default_rng(1).normal(0, 0.02, 500), np.zeros(500)])

    assert blended_volatility(returns, (0.9,))[-1] > 0
