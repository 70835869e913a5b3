"""Value at risk and expected shortfall of a sample of returns."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Tail:
    """Loss that is passed with probability 1 - level, and the mean loss beyond it; as parts, 0.05 is 5 %."""

    var: float
    cvar: float


def tail_weights(returns: NDArray[np.float64], level: float) -> NDArray[np.float64]:
    """Weight of each return in the tail mean: the worst 1 - level of the sample, the last of it in part; sums to 1.

    Rockafellar and Uryasev (2002), as skfolio's `cvar` counts. Along the last axis.
    """
    count = returns.shape[-1]
    wanted = (1 - level) * count
    order = np.argsort(returns, axis=-1, kind="stable")
    shares = np.clip(wanted - np.arange(count), 0, 1) / wanted
    weights = np.empty(returns.shape)
    np.put_along_axis(weights, order, np.broadcast_to(shares, returns.shape), axis=-1)
    return weights


def tail(returns: NDArray[np.float64], level: float) -> Tail:
    """Historical value at risk and expected shortfall; losses are positive."""
    return Tail(float(var(returns, level)), float(cvar(returns, level)))


def var(returns: NDArray[np.float64], level: float) -> NDArray[np.float64]:
    """The best of the worst 1 - level of the returns, as a loss, along the last axis."""
    count = returns.shape[-1]
    rank = max(0, int(np.ceil((1 - level) * count - 1e-9)) - 1)
    return np.asarray(-np.partition(returns, rank, axis=-1)[..., rank])


def cvar(returns: NDArray[np.float64], level: float) -> NDArray[np.float64]:
    """Mean of the worst 1 - level of the returns, as a loss, along the last axis."""
    return np.asarray(-(returns * tail_weights(returns, level)).sum(axis=-1))


def contributions(returns: NDArray[np.float64], weights: NDArray[np.float64], level: float) -> NDArray[np.float64]:
    """What each position adds to the portfolio's expected shortfall; the sum is the expected shortfall (Euler).

    `returns` (days, coins), `weights` (coins).
    """
    return np.asarray(-weights * (tail_weights(returns @ weights, level) @ returns), dtype=np.float64)
