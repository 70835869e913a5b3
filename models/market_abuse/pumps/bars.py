"""Trades summed up in bars of equal length, with the market buy orders in each."""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from models.market_abuse.trades import Trades

MOST_BARS: Final = 2_000_000


@dataclass(frozen=True, eq=False)
class Bars:
    """`start`: microseconds since 1970 of each bar, `length` microseconds apart. `rush`: market buy orders in it
    (trades of one moment and of buyers who took are one order, after La Morgia et al. 2020); NaN where the takers are
    not known. `value`: price times amount. `high`, `close`: prices; those of a bar without trades are the last known.
    """

    start: NDArray[np.int64]
    length: int
    rush: NDArray[np.float64]
    value: NDArray[np.float64]
    high: NDArray[np.float64]
    close: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.start)

    @classmethod
    def of(cls, trades: Trades, seconds: int) -> Self:
        """The bars of one market's trades. Raises ValueError where there would be more than 2,000,000."""
        length = seconds * 1_000_000
        place = trades.time // length
        first, last = int(place[0]), int(place[-1])
        count = last - first + 1
        if count > MOST_BARS:
            raise ValueError(f"the trades span {count:,} bars of {seconds} s; send at most {MOST_BARS:,} at a time")
        place = place - first
        bought = trades.side == 1
        known = bool((trades.side != 0).any())
        new_order = np.ones(len(trades), dtype=bool)
        moments = trades.time[bought]
        new_order[np.flatnonzero(bought)[1:]] = np.diff(moments) > 0
        rush = np.bincount(place[bought & new_order], minlength=count).astype(np.float64)
        close, high = np.full(count, np.nan), np.full(count, -np.inf)
        close[place] = trades.price
        np.maximum.at(high, place, trades.price)
        filled = np.maximum.accumulate(np.where(np.isnan(close), 0, np.arange(count)))
        close = close[filled]
        return cls(
            start=(np.arange(count) + first) * length,
            length=length,
            rush=rush if known else np.full(count, np.nan),
            value=np.bincount(place, trades.price * trades.units, count).astype(np.float64),
            high=np.where(np.isinf(high), close, high),
            close=close,
        )
