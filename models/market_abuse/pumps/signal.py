"""How far a bar stands out from those before it: in orders, in value traded and in price."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.market_abuse.pumps.bars import Bars

LEAST_BEFORE: Final = 48
"""Bars before the first that is judged."""
BACK: Final = 8
"""Bars over which a price may have risen: a crowd needs more than one bar of 25 seconds to reach its target."""


@dataclass(frozen=True, eq=False)
class Signal:
    """A row a bar; NaN where too little came before. `rush`, `value`: standard deviations above the mean of the window
    before, value by its square root, so that one large trade does not hide a crowd for hours. `rise`: the bar's high
    over the lowest of the last closes, a share. `moves`: the same in units of what the price usually moves."""

    rush: NDArray[np.float64]
    value: NDArray[np.float64]
    rise: NDArray[np.float64]
    moves: NDArray[np.float64]


def signal(bars: Bars, window: int) -> Signal:
    """The signal of each bar from `window` bars before it, itself left out: nothing of later bars is used."""
    before = np.concatenate([[np.nan], bars.close[:-1]])
    back = min(BACK, max(1, int(200e6 // bars.length)))
    lowest = _trailing_min(before, back)
    rise = bars.high / lowest - 1
    moved = np.abs(np.diff(np.log(bars.close), prepend=np.log(bars.close[0])))
    usual = np.sqrt(_mean_before(np.minimum(moved, 0.5) ** 2, window) * back)
    floor = 1e-4
    return Signal(
        rush=_above(bars.rush, window, 1.0),
        value=_above(np.sqrt(bars.value), window, 0.0),
        rise=np.nan_to_num(rise),
        moves=rise / np.maximum(usual, floor),
    )


def _above(values: NDArray[np.float64], window: int, least_deviation: float) -> NDArray[np.float64]:
    mean = _mean_before(values, window)
    variance = np.maximum(_mean_before(values**2, window) - mean**2, 0)
    deviation = np.maximum(np.sqrt(variance), np.maximum(least_deviation, 1e-9 + 0.1 * np.abs(mean)))
    return np.asarray((values - mean) / deviation, np.float64)


def _mean_before(values: NDArray[np.float64], window: int) -> NDArray[np.float64]:
    """Mean of up to `window` values before each; NaN for the first few."""
    total = np.concatenate([[0.0], np.cumsum(values)])
    end = np.arange(len(values))
    begin = np.maximum(end - window, 0)
    count = end - begin
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = (total[end] - total[begin]) / count
    mean[count < min(LEAST_BEFORE, window)] = np.nan
    return np.asarray(mean, np.float64)


def _trailing_min(values: NDArray[np.float64], back: int) -> NDArray[np.float64]:
    padded = np.concatenate([np.full(back - 1, np.inf), np.where(np.isnan(values), np.inf, values)])
    lowest = np.lib.stride_tricks.sliding_window_view(padded, back).min(axis=1)
    return np.asarray(np.where(np.isinf(lowest), np.nan, lowest), np.float64)
