"""How often a value at risk was passed on days that it did not know, and whether that is as often as it said.

Kupiec (1995), "Techniques for verifying the accuracy of risk measurement models"; Christoffersen (1998), "Evaluating
interval forecasts".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, exp, log, sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.portfolio.tail import var
from models.portfolio.volatility import garch

WINDOW: Final = 250
MOST_DAYS: Final = 500
FEWEST_DAYS: Final = 100
REFIT: Final = 60


@dataclass(frozen=True, eq=False)
class VarBacktest:
    """`var[t]` was said the day before `returns[t]`; p-values below 0.05 speak against it.

    `kupiec` asks whether it was passed as often as said, `independence` whether the passings came one by one and not
    in clusters, `christoffersen` both at once.
    """

    returns: NDArray[np.float64]
    var: NDArray[np.float64]
    level: float
    passed: int
    expected: float
    kupiec: float
    independence: float
    christoffersen: float


def days_to_test(count: int) -> int:
    """Days that a backtest over `count` returns has; 0 when they are too few to say anything."""
    days = min(MOST_DAYS, count - WINDOW)
    return days if days >= FEWEST_DAYS else 0


def backtest_historical(returns: NDArray[np.float64], levels: Sequence[float]) -> dict[float, VarBacktest]:
    """By level: the value at risk of the 250 days before, every day anew; nothing when the history is too short."""
    days = days_to_test(len(returns))
    if not days:
        return {}
    windows = np.lib.stride_tricks.sliding_window_view(returns, WINDOW)[-days - 1 : -1]
    return {level: judged(returns[-days:], var(windows, level), level) for level in levels}


def backtest_filtered(returns: NDArray[np.float64], levels: Sequence[float]) -> dict[float, VarBacktest]:
    """By level: filtered value at risk; the model is fitted anew every 60 days on all days before."""
    days = days_to_test(len(returns))
    if not days:
        return {}
    first = len(returns) - days
    stretches = [
        _filtered_stretch(returns, start, min(start + REFIT, len(returns)), levels)
        for start in range(first, len(returns), REFIT)
    ]
    said = np.concatenate(stretches, axis=1)
    return {level: judged(returns[-days:], said[i], level) for i, level in enumerate(levels)}


def _filtered_stretch(
    returns: NDArray[np.float64], start: int, end: int, levels: Sequence[float]
) -> NDArray[np.float64]:
    """Value at risk (levels, days) of the days `start` to `end`, by a model of the days before `start`."""
    past = returns[:start]
    model = garch(past)
    sigma = model.filtered(returns[start:end], model.next_sigma**2)
    residuals = model.residuals(past)
    if not len(residuals):
        return np.zeros((len(levels), end - start))
    return np.array([sigma * float(var(residuals, level)) for level in levels])


def judged(returns: NDArray[np.float64], said: NDArray[np.float64], level: float) -> VarBacktest:
    """What came against what was said."""
    hits = returns < -said
    pof, independence = _kupiec(hits, 1 - level), _independence(hits)
    return VarBacktest(
        returns=returns,
        var=said,
        level=level,
        passed=int(hits.sum()),
        expected=(1 - level) * len(hits),
        kupiec=_chi2_tail(pof, 1),
        independence=_chi2_tail(independence, 1),
        christoffersen=_chi2_tail(pof + independence, 2),
    )


def _kupiec(hits: NDArray[np.bool_], probability: float) -> float:
    count, passed = len(hits), int(hits.sum())
    return 2 * (_likelihood(count - passed, passed, passed / count) - _likelihood(count - passed, passed, probability))


def _independence(hits: NDArray[np.bool_]) -> float:
    before, after = hits[:-1], hits[1:]
    calm_calm, calm_hit = int((~before & ~after).sum()), int((~before & after).sum())
    hit_calm, hit_hit = int((before & ~after).sum()), int((before & after).sum())
    if calm_calm + calm_hit == 0 or hit_calm + hit_hit == 0:
        return 0.0
    after_calm, after_hit = calm_hit / (calm_calm + calm_hit), hit_hit / (hit_calm + hit_hit)
    either = (calm_hit + hit_hit) / (len(hits) - 1)
    apart = _likelihood(calm_calm, calm_hit, after_calm) + _likelihood(hit_calm, hit_hit, after_hit)
    return max(0.0, 2 * (apart - _likelihood(calm_calm + hit_calm, calm_hit + hit_hit, either)))


def _likelihood(misses: int, hits: int, probability: float) -> float:
    """Logarithm of (1 - p)^misses p^hits, where 0 times minus infinity is 0."""
    return (misses * log(1 - probability) if misses else 0.0) + (hits * log(probability) if hits else 0.0)


def _chi2_tail(statistic: float, degrees: int) -> float:
    """Probability that a chi-squared variable of 1 or 2 degrees of freedom is at least as large."""
    statistic = max(0.0, statistic)
    return erfc(sqrt(statistic / 2)) if degrees == 1 else exp(-statistic / 2)
