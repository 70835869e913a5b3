"""Reading candles off an exchange, page by page."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Final

import ccxt

from blocks.exchange.candles import Candles, clean_candles
from blocks.exchange.connection import Connection
from blocks.exchange.errors import NoCandles
from blocks.exchange.market import find_market, refused, require_timeframe
from blocks.exchange.timeframe import duration

PAGE: Final = 500  # candles a request where the exchange does not say how many it gives


def read_candles(
    connection: Connection,
    *,
    symbol: str,
    quote: str,
    timeframe: str,
    count: int,
    since: datetime | None,
    until: datetime | None,
    as_of: datetime | None = None,
) -> Candles:
    """Closed candles from `since`, else from `count` before the end, until `until` or the exchange's present.

    Errors as those of `Exchange.fetch_candles`.
    """
    require_timeframe(connection, timeframe)
    market = find_market(connection, symbol, quote)
    now = as_of or exchange_time(connection)
    end = min(until or now, now)
    step = int(duration(timeframe).total_seconds() * 1000)
    first = _ms(since) if since else (_ms(end) // step - count) * step
    last = _ms(end) - step  # a candle that opened later has not closed
    candles = clean_candles(
        (row for row in _rows(connection, market, timeframe, first, last) if row[0] is None or row[0] <= last),
        symbol=symbol,
        quote=quote,
        timeframe=timeframe,
        exchange=connection.name,
        source=connection.name,
        as_of=now,
    )
    if not len(candles):
        window = f"{_utc(first):%Y-%m-%d %H:%M} and {end:%Y-%m-%d %H:%M} UTC"
        raise NoCandles(
            f"{connection.client.name} has no closed {timeframe} candle of {market} between {window} "
            f"({candles.bad_ticks} unusable): ask for another window."
        )
    return candles


def exchange_time(connection: Connection) -> datetime:
    """The exchange's own time; ours where it tells none."""
    if not connection.client.has.get("fetchTime"):
        return datetime.now(UTC)
    try:
        return connection.call(lambda: datetime.fromtimestamp(connection.client.fetch_time() / 1000, UTC))
    except ccxt.BaseError as error:
        raise refused(connection, error) from error


def _rows(connection: Connection, market: str, timeframe: str, first: int, last: int) -> Iterator[list[float | None]]:
    """Raw rows that opened from `first` to `last` (ms); every page begins later than the one before."""
    client, step = connection.client, int(duration(timeframe).total_seconds() * 1000)
    spot = (client.features or {}).get("spot") or {}
    limit = (spot.get("fetchOHLCV") or {}).get("limit") or PAGE
    since = first
    while since <= last:
        wanted = min(limit, (last - since) // step + 2)
        try:
            page = connection.call(partial(client.fetch_ohlcv, market, timeframe, since, wanted))
        except ccxt.BaseError as error:
            raise refused(connection, error) from error
        yield from page
        newest = max((int(row[0]) for row in page if row[0] is not None), default=0)
        # an exchange that answers with windows of time has empty ones inside a long outage
        since = newest + step if newest >= since else since + limit * step


def _ms(time: datetime) -> int:
    return int(time.timestamp() * 1000)


def _utc(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
