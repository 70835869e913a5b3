"""Walk-forward: nothing of the future, costs to the cent, and the comparison with 1/N."""

import numpy as np
import pytest

from models.portfolio.errors import ShortReturns
from models.portfolio.strategies import Strategy
from models.portfolio.walk_forward import compare, walk_forward
from tests.models.portfolio.market import panel

pytestmark = pytest.mark.crypto


def test_equal_weights_by_hand() -> None:
    prices = panel(260, coins=2)
    walk = walk_forward(prices, "equal-weight", window=180, step=40, cost=0.001)
    moves = prices.returns[180:]
    first = np.prod(1 + moves[:40], axis=0)
    value = 0.5 * first.sum() * (1 - 0.001)
    drifted = 0.5 * first / (0.5 * first.sum())
    turnover = np.abs(0.5 - drifted).sum()
    value *= (1 - 0.001 * turnover) * 0.5 * np.prod(1 + moves[40:], axis=0).sum()
    assert np.prod(1 + walk.returns) == pytest.approx(value)
    assert walk.turnover == pytest.approx((1 + turnover) * 365 / 80)
    assert len(walk.day) == len(walk.returns) == 80


@pytest.mark.parametrize("strategy", ["min-cvar", "hrp", "inverse-volatility"])
def test_cutting_the_future_off_changes_nothing_before(strategy: Strategy) -> None:
    whole = walk_forward(panel(400), strategy)
    cut = walk_forward(panel(400).until(341), strategy)
    assert (whole.returns[:160] == cut.returns[:160]).all()
    assert (whole.weights[: len(cut.weights)] == cut.weights).all()


def test_costs_are_taken_off() -> None:
    free, dear = (walk_forward(panel(400), "hrp", cost=cost).returns for cost in (0.0, 0.01))
    assert np.prod(1 + free) > np.prod(1 + dear)
    assert (free != dear).sum() == 8, "on the days of rebalancing alone"


def test_comparison_with_one_over_n() -> None:
    walks = [walk_forward(panel(500), strategy) for strategy in ("equal-weight", "min-cvar")]
    equal, least = compare(walks)
    assert (equal.sharpe_over_equal.value, equal.cvar_over_equal.low, equal.drawdown_over_equal.high) == (0, 0, 0)
    assert least.cvar_over_equal.value == pytest.approx(least.cvar_95.value - equal.cvar_95.value)
    assert least.cvar_95.low < least.cvar_95.value < least.cvar_95.high
    assert least.cvar_95.value < equal.cvar_95.value
    assert compare(walks) == [equal, least], "seeded"


def test_too_short_a_history_is_refused() -> None:
    with pytest.raises(ShortReturns, match="too few to walk forward 2 steps of 30 days after a window of 180"):
        walk_forward(panel(230), "hrp")
