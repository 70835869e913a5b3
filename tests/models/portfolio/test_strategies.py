"""Target weights: caps, budgets, tilts, and what happens where there is no solution."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.portfolio.caps import capped
from models.portfolio.errors import InfeasibleWeights, PortfolioError
from models.portfolio.strategies import STRATEGIES, Strategy, target_weights
from models.portfolio.tail import contributions, cvar
from models.portfolio.tilt import View, tilted
from tests.models.portfolio.market import SYMBOLS, returns

pytestmark = pytest.mark.crypto

MOVES = returns(300)


@pytest.mark.parametrize("cap", [1.0, 0.3])
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_weights_sum_to_one_under_the_cap(strategy: Strategy, cap: float) -> None:
    targets = target_weights(strategy, SYMBOLS, MOVES, cap=cap)
    assert targets.fallback is None
    assert targets.weights.sum() == pytest.approx(1, abs=1e-9)
    assert (targets.weights >= 0).all()
    assert (targets.weights <= cap + 1e-9).all()


def test_min_cvar_has_the_least_expected_shortfall() -> None:
    best = cvar(MOVES @ target_weights("min-cvar", SYMBOLS, MOVES).weights, 0.95)
    others = [np.random.default_rng(i).dirichlet(np.ones(5)) for i in range(500)]
    assert best <= min(cvar(MOVES @ weights, 0.95) for weights in others) + 1e-6


def test_risk_budgeting_spreads_the_expected_shortfall_as_asked() -> None:
    equal = target_weights("risk-budgeting", SYMBOLS, MOVES).weights
    parts = contributions(MOVES, equal, 0.95)
    assert parts / parts.sum() == pytest.approx(np.full(5, 0.2), abs=0.02)
    budget = dict(zip(SYMBOLS, (4, 1, 1, 1, 1), strict=True))
    weights = target_weights("risk-budgeting", SYMBOLS, MOVES, budget=budget).weights
    parts = contributions(MOVES, weights, 0.95)
    assert parts / parts.sum() == pytest.approx([0.5, 0.125, 0.125, 0.125, 0.125], abs=0.03)


def test_the_riskier_coin_gets_less() -> None:
    for strategy in ("inverse-volatility", "hrp", "risk-budgeting"):
        weights = target_weights(strategy, SYMBOLS, MOVES).weights
        assert weights[0] > weights[2], strategy


def test_a_pegged_coin_falls_back_and_says_so() -> None:
    moves = MOVES.copy()
    moves[:, 1] = 0
    targets = target_weights("hrp", SYMBOLS, moves)
    assert targets.fallback == "hrp can't weigh a price that does not move (ETH)"
    assert targets.weights.sum() == pytest.approx(1)


def test_one_coin_needs_no_solver() -> None:
    assert target_weights("min-cvar", ("BTC",), MOVES[:, :1]).weights == [1]


def test_a_cap_that_leaves_no_room_is_refused() -> None:
    with pytest.raises(InfeasibleWeights, match=r"5 coins of at most 15.0% .* raise max_weight or cash_reserve"):
        target_weights("hrp", SYMBOLS, MOVES, cap=0.15)


def test_a_budget_must_fit() -> None:
    with pytest.raises(PortfolioError, match="must name each coin once"):
        target_weights("risk-budgeting", SYMBOLS, MOVES, budget={"BTC": 1})
    with pytest.raises(PortfolioError, match="belongs to the strategy risk-budgeting"):
        target_weights("hrp", SYMBOLS, MOVES, budget={"BTC": 1})


@settings(max_examples=200)
@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=50), st.floats(0, 1))
def test_capped_weights_sum_to_one_and_keep_to_the_cap(raw: list[float], slack: float) -> None:
    cap = 1 / len(raw) + slack * (1 - 1 / len(raw))
    weights = capped(np.array(raw), cap)
    assert weights.sum() == pytest.approx(1)
    assert (weights >= 0).all()
    assert (weights <= cap + 1e-9).all()


def views(*skills: float | None, expected: float = 0.03) -> list[View]:
    return [
        View(symbol, expected * (-1) ** i, 0.05, skill)
        for i, (symbol, skill) in enumerate(zip("AB", skills, strict=True))
    ]


@pytest.mark.parametrize("skills", [(0.0, -0.3), (None, None), (-1.0, None)])
def test_without_skill_nothing_is_tilted(skills: tuple[float | None, float | None]) -> None:
    weights = np.array([0.5, 0.5])
    assert tilted(weights, views(*skills)) is weights


def test_a_tilt_grows_with_skill_up_to_a_bound() -> None:
    weights = np.array([0.5, 0.5])
    little, more, most = (tilted(weights, views(skill, 0.0))[0] for skill in (0.005, 0.01, 0.5))
    assert 0.5 < little < more < most
    assert tilted(weights, views(0.02, 0.02, expected=9.0)) == pytest.approx([0.75, 0.25])
    assert tilted(weights, views(0.02, 0.02, expected=9.0), cap=0.6) == pytest.approx([0.6, 0.4])
