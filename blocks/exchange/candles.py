"""Candles: open, high, low, close and volume of equal spans of time, and what was wrong with them."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from blocks.exchange.timeframe import duration

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Gap:
    """Candles that are missing between two that are there."""

    start: datetime
    end: datetime
    missing: int


@dataclass(frozen=True, eq=False)
class Candles:
    """Closed candles in the order of time, each time once, none made up.

    `time` is the opening time of each candle, UTC, datetime64[ms]; prices are in `quote`, `volume` is in `symbol` as
    the exchange gives it (NaN where it gives none). A gap stays a gap: the times on either side of it are simply
    further apart. `as_of` is the exchange's own time when the candles were read. `bad_times` are the opening times (ms)
    of those bad ticks that say one.
    """

    symbol: str
    quote: str
    timeframe: str
    exchange: str
    time: "NDArray[np.datetime64]"
    open: "NDArray[np.float64]"
    high: "NDArray[np.float64]"
    low: "NDArray[np.float64]"
    close: "NDArray[np.float64]"
    volume: "NDArray[np.float64]"
    source: str
    as_of: datetime
    duplicates: int = 0
    bad_ticks: int = 0
    bad_times: tuple[int, ...] = ()

    def __len__(self) -> int:
        return len(self.time)

    @property
    def step(self) -> timedelta:
        """Length of one candle."""
        return duration(self.timeframe)

    @property
    def start(self) -> datetime:
        """When the first candle opened."""
        return moment(self.time[0])

    @property
    def end(self) -> datetime:
        """When the last candle closed: the newest moment these candles know of."""
        return moment(self.time[-1]) + self.step

    @property
    def window(self) -> str:
        """From the first opening to the last close, an ISO 8601 interval in UTC."""
        return f"{self.start:%Y-%m-%dT%H:%M:%SZ}/{self.end:%Y-%m-%dT%H:%M:%SZ}"

    @property
    def prices(self) -> "NDArray[np.float64]":
        """Open, high, low, close and volume, a row each candle."""
        return np.column_stack([self.open, self.high, self.low, self.close, self.volume])

    def within(self, since: datetime, until: datetime) -> "Candles":
        """Those that opened at or after `since` and closed by `until`; their flaws with them."""
        first, last = (np.datetime64(_naive(time), "ms") for time in (since, until - self.step))
        inside = slice(int(np.searchsorted(self.time, first)), int(np.searchsorted(self.time, last, "right")))
        bad = tuple(time for time in self.bad_times if first <= np.datetime64(time, "ms") <= last)
        nameless = self.bad_ticks - len(self.bad_times)
        return replace(self.only(inside), bad_times=bad, bad_ticks=nameless + len(bad))

    def only(self, rows: "slice | NDArray[np.bool_]") -> "Candles":
        """Some of them; their flaws as they were."""
        return replace(
            self,
            time=self.time[rows],
            open=self.open[rows],
            high=self.high[rows],
            low=self.low[rows],
            close=self.close[rows],
            volume=self.volume[rows],
        )

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Every place where candles are missing."""
        steps = np.diff(self.time) // np.timedelta64(self.step)
        return tuple(
            Gap(moment(self.time[i]) + self.step, moment(self.time[i + 1]), int(steps[i]) - 1)
            for i in np.flatnonzero(steps > 1)
        )

    @property
    def digest(self) -> str:
        """SHA-256 of what the candles say, the same on every machine and whatever read them."""
        digest = hashlib.sha256(f"{self.symbol}/{self.quote} {self.timeframe} {self.exchange}\n".encode())
        digest.update(self.time.astype("<i8").tobytes())
        for column in (self.open, self.high, self.low, self.close, self.volume):
            digest.update(column.astype("<f8").tobytes())
        return digest.hexdigest()


def moment(time: np.datetime64) -> datetime:
    """A UTC datetime out of a datetime64."""
    return datetime.fromtimestamp(int(time.astype("datetime64[ms]").astype(np.int64)) / 1000, UTC)


def _naive(time: datetime) -> datetime:
    """A UTC time as numpy takes it."""
    return time.astimezone(UTC).replace(tzinfo=None)


def clean_candles(
    rows: Iterable[Sequence[float | None]],
    *,
    symbol: str,
    quote: str,
    timeframe: str,
    exchange: str,
    source: str,
    as_of: datetime,
) -> Candles:
    """Candles out of raw rows of (opening time in ms, open, high, low, close, volume), in any order.

    Drops and counts: a time seen before (the newest row of it stays), and bad ticks, which are a missing or
    non-positive price, a high below the low, a negative or infinite volume, or a time off the timeframe's grid. Drops
    without counting: candles that had not closed at `as_of`.
    """
    table = np.array([[np.nan if cell is None else cell for cell in row[:6]] for row in rows], dtype=np.float64)
    table = table.reshape(-1, 6)
    step = int(duration(timeframe).total_seconds() * 1000)
    table = table[~(table[:, 0] + step > as_of.timestamp() * 1000)]  # a NaN time is left to count as a bad tick
    good = _good_ticks(table, step)
    kept = table[good]
    # np.unique keeps the first row of a time: reversed, that is the newest
    times, newest = np.unique(kept[::-1, 0].astype(np.int64), return_index=True)
    columns = np.ascontiguousarray(kept[::-1][newest, 1:].T)
    return Candles(
        symbol=symbol,
        quote=quote,
        timeframe=timeframe,
        exchange=exchange,
        time=times.astype("datetime64[ms]"),
        open=columns[0],
        high=columns[1],
        low=columns[2],
        close=columns[3],
        volume=columns[4],
        source=source,
        as_of=as_of,
        duplicates=len(kept) - len(times),
        bad_ticks=int(len(table) - len(kept)),
        bad_times=_times_only_in(table[~good, 0], times),
    )


def _times_only_in(bad: "NDArray[np.float64]", good: "NDArray[np.int64]") -> tuple[int, ...]:
    """Times (ms) of bad ticks for which no good one came."""
    return tuple(np.setdiff1d(bad[np.isfinite(bad)].astype(np.int64), good).tolist())


def _good_ticks(table: "NDArray[np.float64]", step: int) -> "NDArray[np.bool_]":
    """Which rows hold a possible candle that lies on the grid most rows lie on."""
    prices = table[:, 1:5]
    good = np.isfinite(table[:, 0]) & np.isfinite(prices).all(axis=1) & (prices > 0).all(axis=1)
    good &= (table[:, 2] >= table[:, 3]) & ~(table[:, 5] < 0) & ~np.isinf(table[:, 5])
    if good.any():
        offsets, counts = np.unique(table[good, 0] % step, return_counts=True)
        good &= table[:, 0] % step == offsets[counts.argmax()]
    return np.asarray(good, dtype=np.bool_)
