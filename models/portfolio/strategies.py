"""Target weights of what is invested, from the returns of the past; skfolio solves what needs solving."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from models.portfolio.caps import capped, require_room
from models.portfolio.errors import PortfolioError

Strategy = Literal["min-cvar", "hrp", "risk-budgeting", "inverse-volatility", "equal-weight"]
STRATEGIES: Final[tuple[Strategy, ...]] = (
    "min-cvar",
    "hrp",
    "risk-budgeting",
    "inverse-volatility",
    "equal-weight",
)
LEVEL: Final = 0.95
STILL: Final = 1e-6  # daily standard deviation below which a price counts as pegged


@dataclass(frozen=True, eq=False)
class Targets:
    """Weights (coins) that sum to 1; `fallback` says why inverse volatility stands in, None where it does not."""

    weights: NDArray[np.float64]
    fallback: str | None = None


def target_weights(
    strategy: Strategy,
    symbols: tuple[str, ...],
    returns: NDArray[np.float64],
    *,
    cap: float = 1.0,
    budget: Mapping[str, float] | None = None,
) -> Targets:
    """Weights by `strategy` from daily `returns` (days, coins), none above `cap`.

    `min-cvar`: least expected shortfall at 95 %. `hrp`: hierarchical risk parity on variance. `risk-budgeting`: each
    coin adds to the expected shortfall in proportion to its share of `budget` (equal shares by default).
    Raises `InfeasibleWeights` when the cap leaves no room, `PortfolioError` for a budget that does not fit.
    """
    require_room(len(symbols), cap)
    if budget is not None and strategy != "risk-budgeting":
        raise PortfolioError("A risk budget belongs to the strategy risk-budgeting: leave it out, or choose that.")
    if len(symbols) == 1:
        return Targets(np.ones(1))
    if strategy == "equal-weight":
        return Targets(np.full(len(symbols), 1 / len(symbols)))
    inverse = capped(1 / np.maximum(returns.std(axis=0, ddof=1), STILL), cap)
    if strategy == "inverse-volatility":
        return Targets(inverse)
    return _solved(strategy, symbols, returns, cap, budget, inverse)


def _solved(
    strategy: Strategy,
    symbols: tuple[str, ...],
    returns: NDArray[np.float64],
    cap: float,
    budget: Mapping[str, float] | None,
    inverse: NDArray[np.float64],
) -> Targets:
    """Weights by skfolio; `inverse` with the reason where it has none."""
    estimator = _estimator(strategy, symbols, cap, budget)
    if (still := returns.std(axis=0, ddof=1) < STILL).any():
        named = ", ".join(symbol for symbol, flat in zip(symbols, still, strict=True) if flat)
        return Targets(inverse, f"{strategy} can't weigh a price that does not move ({named})")
    from skfolio.exceptions import SkfolioError  # noqa: PLC0415 - as below

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # solvers warn of inaccuracy; the weights are checked instead
            found = np.asarray(estimator.fit(_frame(symbols, returns)).weights_, dtype=np.float64)
    except (SkfolioError, ArithmeticError, ValueError) as error:
        return Targets(inverse, f"{strategy} found no solution ({type(error).__name__})")
    if not np.isfinite(found).all() or abs(found.sum() - 1) > 1e-3:
        return Targets(inverse, f"{strategy} found no weights that sum to one")
    return Targets(capped(found, cap))


def _estimator(strategy: Strategy, symbols: tuple[str, ...], cap: float, budget: Mapping[str, float] | None) -> Any:
    from skfolio import RiskMeasure  # noqa: PLC0415 - skfolio takes two seconds to import
    from skfolio.optimization import HierarchicalRiskParity, MeanRisk, RiskBudgeting  # noqa: PLC0415

    if strategy == "min-cvar":
        return MeanRisk(risk_measure=RiskMeasure.CVAR, cvar_beta=LEVEL, max_weights=cap)
    if strategy == "hrp":
        return HierarchicalRiskParity(risk_measure=RiskMeasure.VARIANCE, max_weights=cap)
    shares = None if budget is None else _shares(symbols, budget)
    return RiskBudgeting(risk_measure=RiskMeasure.CVAR, cvar_beta=LEVEL, risk_budget=shares, max_weights=cap)


def _shares(symbols: tuple[str, ...], budget: Mapping[str, float]) -> dict[str, float]:
    if set(budget) != set(symbols):
        raise PortfolioError(
            f"The risk budget must name each coin once: {', '.join(symbols)}; it names {', '.join(sorted(budget))}."
        )
    total = sum(budget.values())
    return {symbol: share / total for symbol, share in budget.items()}


def _frame(symbols: tuple[str, ...], returns: NDArray[np.float64]) -> Any:
    import pandas as pd  # noqa: PLC0415 - as skfolio

    return pd.DataFrame(returns, columns=list(symbols))
