"""Daily candles out of shorter ones, and daily candles as text."""

from datetime import UTC, datetime
from typing import Any, Final

import numpy as np

from blocks.exchange import Candles

COLUMNS: Final = ("open", "high", "low", "close", "volume")
DAY: Final = np.timedelta64(1, "D")


def daily(candles: Candles) -> Candles:
    """Candles of whole days in UTC: a day stands where any of its candles is there and the last of them could close.

    Daily candles come back as they are.
    """
    if candles.timeframe == "1d" or not len(candles):
        return candles
    days = candles.time.astype("datetime64[D]")
    opened, first = np.unique(days, return_index=True)
    last = np.append(first[1:], len(days)) - 1
    end = np.datetime64(candles.end.replace(tzinfo=None), "ms")
    whole = (opened + DAY).astype("datetime64[ms]") <= end
    return _like(
        candles,
        opened.astype("datetime64[ms]")[whole],
        {
            "open": candles.open[first][whole],
            "high": np.maximum.reduceat(candles.high, first)[whole],
            "low": np.minimum.reduceat(candles.low, first)[whole],
            "close": candles.close[last][whole],
            "volume": np.add.reduceat(candles.volume, first)[whole],
        },
    )


def newest(candles: Candles, count: int) -> Candles:
    """The last `count` of them."""
    return _like(
        candles, candles.time[-count:], {name: getattr(candles, name)[-count:] for name in COLUMNS}, candles.timeframe
    )


def as_document(candles: Candles) -> dict[str, Any]:
    """Candles as JSON; Python writes floats so that they read back bit by bit, and NaN as null here."""
    values = {name: [None if x != x else x for x in getattr(candles, name).tolist()] for name in COLUMNS}  # noqa: PLR0124 - the plain test for NaN
    return {
        **{name: getattr(candles, name) for name in ("symbol", "quote", "timeframe", "exchange", "source")},
        "as_of": candles.as_of.isoformat(),
        "duplicates": candles.duplicates,
        "bad_ticks": candles.bad_ticks,
        "time": candles.time.astype("datetime64[ms]").astype("int64").tolist(),
        **values,
    }


def from_document(document: dict[str, Any]) -> Candles:
    """What `as_document` wrote."""
    values = dict(document)
    for name in COLUMNS:
        values[name] = np.array([np.nan if x is None else x for x in values[name]], dtype=np.float64)
    values["time"] = np.array(values["time"], dtype="datetime64[ms]")
    values["as_of"] = datetime.fromisoformat(values["as_of"]).astimezone(UTC)
    return Candles(**values)


def _like(candles: Candles, time: Any, columns: dict[str, Any], timeframe: str = "1d") -> Candles:
    return Candles(
        symbol=candles.symbol,
        quote=candles.quote,
        timeframe=timeframe,
        exchange=candles.exchange,
        time=time,
        source=candles.source,
        as_of=candles.as_of,
        duplicates=candles.duplicates,
        bad_ticks=candles.bad_ticks,
        **columns,
    )
