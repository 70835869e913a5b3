"""Pumps planted in quiet markets: no labelled trades of real pumps were to be had, only a list of events."""

from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from models.market_abuse.pumps.bars import Bars
from models.market_abuse.trades import Trades

SECOND: Final = 1_000_000


def pumped(market: Trades, start: int, *, height: float, crowd: int, drawn: np.random.Generator) -> Trades:
    """The market with a pump that begins at `start` (microseconds): `crowd` buy orders in the first 40 seconds drive
    the price up by `height`, most of them in the first ten; within a quarter of an hour it is sold off again."""
    near = int(np.searchsorted(market.time, start)) - 1
    base = float(market.price[max(near, 0)])
    usual = float(np.mean(np.minimum(market.amount, np.quantile(market.amount, 0.99))))
    up = np.sort(np.minimum(drawn.exponential(8.0, crowd), 40.0))
    down = np.sort(40 + drawn.gamma(2.0, 150.0, crowd))
    climb = base * (1 + height * np.minimum(1, (np.arange(crowd) + 1) / crowd) ** 0.7)
    fall = base * (1 + height * np.exp(-(down - 40) / 200.0) * 0.9 + 0.02)
    seconds = np.concatenate([up, down])
    count = 2 * crowd
    added = Trades(
        time=start + (seconds * SECOND).astype(np.int64),
        price=np.concatenate([climb, fall]),
        amount=np.maximum((usual * drawn.lognormal(0.0, 1.0, count)).astype(np.int64), 1),
        side=np.concatenate([np.ones(crowd, np.int8), drawn.choice(np.array([-1, -1, 1], np.int8), crowd)]),
        buyer=np.full(count, -1, np.int32),
        seller=np.full(count, -1, np.int32),
        market=np.zeros(count, np.int32),
        row=np.zeros(count, np.int64),
        id=np.full(count, "", dtype=object),
    )
    lifted = market.price * (1 + _lift((market.time - start) / SECOND, height))
    return _merged(replace(market, price=lifted), added)


def _lift(seconds: NDArray[np.float64], height: float) -> NDArray[np.float64]:
    """How much other trades pay more while it lasts."""
    rising = np.clip(seconds / 40, 0, 1)
    falling = np.exp(-np.clip(seconds - 40, 0, None) / 200.0)
    return np.asarray(np.where(seconds < 0, 0.0, height * 0.9 * rising * falling), np.float64)


def _merged(market: Trades, added: Trades) -> Trades:
    order = np.argsort(np.concatenate([market.time, added.time]), kind="stable")

    def joined(name: str) -> Any:
        return np.concatenate([getattr(market, name), getattr(added, name)])[order]

    columns = {name: joined(name) for name in ("time", "price", "amount", "side", "buyer", "seller", "market", "id")}
    return replace(market, row=np.arange(1, len(order) + 1), **columns)


def pumped_hours(bars: Bars, places: NDArray[np.intp], height: NDArray[np.float64], times: NDArray[np.float64]) -> Bars:
    """Hourly bars with pumps at `places`: the high rises by `height`, the value traded is `times` the usual, and
    the close gives most of it back."""
    high, value, close = bars.high.copy(), bars.value.copy(), bars.close.copy()
    for place, rise, much in zip(places.tolist(), height.tolist(), times.tolist(), strict=True):
        usual = float(np.median(bars.value[max(0, place - 24) : place + 1]))
        high[place] = bars.close[place - 1] * (1 + rise)
        value[place] += usual * much
        close[place] = bars.close[place] * (1 + rise * 0.3)
    return replace(bars, high=high, value=value, close=close)
