"""Candles that are known and candles that have just come: what differs, and both together."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from blocks.candle_store.series import CandleSeries, series_of
from blocks.exchange import Candles

if TYPE_CHECKING:
    from numpy.typing import NDArray


def candles_of(
    series: CandleSeries, times: "NDArray[np.datetime64]", prices: "NDArray[np.float64]", *, as_of: datetime
) -> Candles:
    """Candles out of rising times and a row each of open, high, low, close and volume; without a close: a bad tick."""
    prices = prices.reshape(-1, 5)
    good = ~np.isnan(prices[:, 3])
    columns = np.ascontiguousarray(prices[good].T)
    bad = times[~good].astype("datetime64[ms]").astype(np.int64)
    return Candles(
        symbol=series.symbol,
        quote=series.quote,
        timeframe=series.timeframe,
        exchange=series.exchange,
        time=times[good],
        open=columns[0],
        high=columns[1],
        low=columns[2],
        close=columns[3],
        volume=columns[4],
        source=series.exchange,
        as_of=as_of,
        bad_ticks=len(bad),
        bad_times=tuple(bad.tolist()),
    )


def no_candles(series: CandleSeries, as_of: datetime) -> Candles:
    """None at all."""
    return candles_of(series, np.array([], dtype="datetime64[ms]"), np.empty((0, 5)), as_of=as_of)


def has_changed(known: Candles, given: Candles, opened: datetime) -> bool:
    """Whether the candle that opened then is given otherwise than it is known; False where either has none."""
    at = np.datetime64(opened.astimezone(UTC).replace(tzinfo=None), "ms")
    old, new = (candles.prices[candles.time == at] for candles in (known, given))
    return len(old) == len(new) == 1 and not np.array_equal(old, new, equal_nan=True)


def fresh_candles(known: Candles, given: Candles) -> tuple[Candles, int]:
    """Of the given candles those that are not known as they are, and how many of these are known otherwise."""
    place = np.minimum(np.searchsorted(known.time, given.time), max(len(known) - 1, 0))
    there = known.time[place] == given.time if len(known) else np.zeros(len(given), dtype=bool)
    same = np.zeros(len(given), dtype=bool)
    old, new = known.prices[place[there]], given.prices[there]
    same[there] = ((old == new) | (np.isnan(old) & np.isnan(new))).all(axis=1)
    return given.only(~same), int((there & ~same).sum())


def joined(known: Candles, fresh: Candles) -> Candles:
    """Both, the fresh in place of the known of the same time, with the flaws of both."""
    times, first = np.unique(np.concatenate([fresh.time, known.time]), return_index=True)
    prices = np.concatenate([fresh.prices, known.prices])[first]
    found = candles_of(series_of(known), times, prices, as_of=fresh.as_of)
    bad = {*known.bad_times, *fresh.bad_times} - set(times.astype("datetime64[ms]").astype(np.int64).tolist())
    nameless = sum(candles.bad_ticks - len(candles.bad_times) for candles in (known, fresh))
    return replace(
        found,
        bad_times=tuple(sorted(bad)),
        bad_ticks=len(bad) + nameless,
        duplicates=known.duplicates + fresh.duplicates,
    )
