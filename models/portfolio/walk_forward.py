"""Strategies walked forward: weights from the days before, held until the next rebalancing, costs taken off."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.portfolio.bootstrap import interval, stationary_indices
from models.portfolio.drawdown import falls
from models.portfolio.errors import ShortReturns
from models.portfolio.panel import Panel
from models.portfolio.strategies import Strategy, target_weights
from models.portfolio.tail import cvar

YEAR: Final = 365
DRAWS: Final = 500
BLOCK: Final = 20.0
FEWEST_STEPS: Final = 2


@dataclass(frozen=True)
class Measure:
    """A figure with its 90 % interval, by a stationary bootstrap of the days in blocks of 20."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Walk:
    """One strategy's daily returns after costs on the days `day`, the weights it chose, and its turnover a year.

    `turnover` counts what was bought and sold together as a part of the portfolio. `fallbacks` counts rebalancings at
    which inverse volatility stood in.
    """

    strategy: Strategy
    day: NDArray[np.datetime64]
    returns: NDArray[np.float64]
    weights: NDArray[np.float64]
    turnover: float
    fallbacks: int


@dataclass(frozen=True)
class Comparison:
    """One strategy's measures after costs: Sharpe ratio a year without interest, expected shortfall at 95 %, deepest
    fall, and the differences to 1/N on the same days (positive: this strategy's figure is higher)."""

    strategy: Strategy
    sharpe: Measure
    cvar_95: Measure
    max_drawdown: Measure
    sharpe_over_equal: Measure
    cvar_over_equal: Measure
    drawdown_over_equal: Measure
    volatility: float
    total_return: float
    turnover: float
    fallbacks: int


def walk_forward(
    panel: Panel, strategy: Strategy, *, window: int = 180, step: int = 30, cost: float = 0.001, cap: float = 1.0
) -> Walk:
    """Every `step` days weights from the `window` days before; between, they drift with the prices.

    `cost` is taken off what is bought and sold, the first purchase included. Raises `ShortReturns` when there is no
    room for two rebalancings.
    """
    moves = panel.returns
    if len(moves) < window + FEWEST_STEPS * step:
        raise ShortReturns(
            f"{len(moves)} daily returns are too few to walk forward {FEWEST_STEPS} steps of {step} days after a "
            f"window of {window}: give a longer history, or a shorter window."
        )
    held = np.zeros(len(panel.symbols))
    daily, chosen, traded, fallbacks = [], [], 0.0, 0
    for start in range(window, len(moves), step):
        targets = target_weights(strategy, panel.symbols, moves[start - window : start], cap=cap)
        fallbacks += targets.fallback is not None
        turnover = float(np.abs(targets.weights - held).sum())
        traded += turnover
        returns, held = _hold(targets.weights, moves[start : start + step])
        returns[0] = (1 - cost * turnover) * (1 + returns[0]) - 1
        daily.append(returns)
        chosen.append(targets.weights)
    every = np.concatenate(daily)
    return Walk(strategy, panel.return_days[window:], every, np.array(chosen), traded * YEAR / len(every), fallbacks)


def _hold(weights: NDArray[np.float64], moves: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Daily returns of a portfolio that nobody touches, and its weights at the end."""
    worth = weights * np.cumprod(1 + moves, axis=0)
    whole = np.concatenate([[1.0], worth.sum(axis=1)])
    return whole[1:] / whole[:-1] - 1, worth[-1] / whole[-1]


def compare(walks: Sequence[Walk], *, seed: int = 7) -> list[Comparison]:
    """Measures of walks over the same days, 1/N ("equal-weight") among them, resampled day by day together."""
    base = next(walk for walk in walks if walk.strategy == "equal-weight")
    index = stationary_indices(len(base.returns), DRAWS, BLOCK, seed)
    reference = [(measure(base.returns), measure(base.returns[index])) for measure in _MEASURES]
    return [_compared(walk, index, reference) for walk in walks]


def _compared(
    walk: Walk,
    index: NDArray[np.intp],
    reference: Sequence[tuple[NDArray[np.float64], NDArray[np.float64]]],
) -> Comparison:
    drawn = walk.returns[index]
    measured, over = [], []
    for measure, (there, there_drawn) in zip(_MEASURES, reference, strict=True):
        here, here_drawn = measure(walk.returns), measure(drawn)
        measured.append(Measure(float(here), *interval(here_drawn)))
        over.append(Measure(float(here - there), *interval(here_drawn - there_drawn)))
    sharpe, cvar_95, max_drawdown = measured
    return Comparison(
        strategy=walk.strategy,
        sharpe=sharpe,
        cvar_95=cvar_95,
        max_drawdown=max_drawdown,
        sharpe_over_equal=over[0],
        cvar_over_equal=over[1],
        drawdown_over_equal=over[2],
        volatility=float(walk.returns.std(ddof=1) * np.sqrt(YEAR)),
        total_return=float(np.prod(1 + walk.returns) - 1),
        turnover=walk.turnover,
        fallbacks=walk.fallbacks,
    )


def _sharpe(returns: NDArray[np.float64]) -> NDArray[np.float64]:
    spread = returns.std(axis=-1, ddof=1)
    return np.asarray(np.sqrt(YEAR) * returns.mean(axis=-1) / np.where(spread > 0, spread, np.inf))


def _cvar_95(returns: NDArray[np.float64]) -> NDArray[np.float64]:
    return cvar(returns, 0.95)


def _max_drawdown(returns: NDArray[np.float64]) -> NDArray[np.float64]:
    start = np.ones((*returns.shape[:-1], 1))
    values = np.concatenate([start, np.cumprod(1 + returns, axis=-1)], axis=-1)
    return np.asarray(-falls(values).min(axis=-1))


_MEASURES: Final = (_sharpe, _cvar_95, _max_drawdown)
