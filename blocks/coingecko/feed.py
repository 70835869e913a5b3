"""Candles and prices of CoinGecko.

https://docs.coingecko.com/reference/coins-id-ohlc: the time of a row is the candle's close, its length follows from how
many days are asked for, and paid plans may ask for hours and days. There is no volume. Prices of market_chart are
single ones, not candles, and are not made into any.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from blocks.coingecko.coin import coin_id, quoted, require_currency, unreadable
from blocks.coingecko.connection import Connection
from blocks.exchange import Candles, NoCandles, UnsupportedTimeframe, clean_candles, duration

PRICE_SECONDS: Final = 60.0
COLUMNS: Final = 5


@dataclass(frozen=True)
class Granularity:
    """How candles of one length are asked for, how many days there are, and how long an answer is good."""

    days: Literal["1", "30", "90", "180"]
    seconds: float
    interval: Literal["hourly", "daily"] | None = None
    paid: bool = False


# CoinGecko makes new ones every 15 minutes at most.
OFFERED: Final = {
    "30m": Granularity("1", 300.0),
    "1h": Granularity("90", 600.0, "hourly", paid=True),
    "4h": Granularity("30", 900.0),
    "1d": Granularity("180", 3600.0, "daily", paid=True),
}


def require_timeframe(timeframe: str, plan: str) -> Granularity:
    """How candles of a length are asked for. Raises `UnsupportedTimeframe`, naming what the plan has."""
    duration(timeframe)
    found = OFFERED.get(timeframe)
    if found is None or (found.paid and plan != "pro"):
        has = ", ".join(
            f"{name} ({each.days} days)" for name, each in OFFERED.items() if plan == "pro" or not each.paid
        )
        more = "" if plan == "pro" else "; a paid key adds 1h and 1d"
        raise UnsupportedTimeframe(f"CoinGecko has no {timeframe} candles: it offers {has}{more}. Exchanges have more.")
    return found


def read_candles(
    connection: Connection,
    *,
    plan: str,
    symbol: str,
    quote: str,
    timeframe: str,
    since: datetime,
    until: datetime,
    as_of: datetime,
) -> Candles:
    """Closed candles that opened from `since` and closed by `until`, of those that CoinGecko still has."""
    granularity = require_timeframe(timeframe, plan)
    currency = require_currency(connection, quoted(quote))
    coin = coin_id(connection, symbol)
    more: dict[str, Any] = {"interval": granularity.interval} if granularity.interval else {}
    found = connection.ask(
        "ohlc",
        granularity.seconds,
        lambda client: client.coins.ohlc.with_raw_response.get,
        id=coin,
        days=granularity.days,
        vs_currency=currency,
        precision="full",
        **more,
    )
    candles = clean_candles(
        _rows(found, duration(timeframe)),
        symbol=symbol,
        quote=currency.upper(),
        timeframe=timeframe,
        exchange="coingecko",
        source="coingecko",
        as_of=as_of,
    )
    inside = candles.within(since, until)
    if not len(inside):
        raise NoCandles(
            f"CoinGecko has no closed {timeframe} candle of {symbol}/{currency.upper()} in that window: it keeps the "
            f"last {granularity.days} days."
        )
    return inside


def read_prices(connection: Connection, symbols: tuple[str, ...], quote: str) -> dict[str, float]:
    """The price now, by symbol, in one call once the coins are known."""
    currency = require_currency(connection, quoted(quote))
    coins = {symbol: coin_id(connection, symbol) for symbol in dict.fromkeys(symbols)}
    ids = ",".join(sorted(coins.values()))
    found = connection.ask(
        "price",
        PRICE_SECONDS,
        lambda client: client.simple.price.with_raw_response.get,
        ids=ids,
        vs_currencies=currency,
        precision="full",
    )
    if not isinstance(found, dict):
        raise unreadable()
    prices = {symbol: (found.get(coin) or {}).get(currency) for symbol, coin in coins.items()}
    if missing := [symbol for symbol, price in prices.items() if not price]:
        raise NoCandles(f"CoinGecko has no price of {', '.join(missing)} in {currency.upper()}.")
    return {symbol: float(price) for symbol, price in prices.items() if price}


def _rows(found: Any, step: timedelta) -> list[list[float | None]]:
    """Rows of opening time, prices and no volume; the last one, still open, may be off the grid and is left out."""
    if not isinstance(found, list) or not all(isinstance(row, list) and len(row) == COLUMNS for row in found):
        raise unreadable()
    length = int(step.total_seconds() * 1000)
    if found and isinstance(found[-1][0], int) and found[-1][0] % length:
        found = found[:-1]
    return [[None if row[0] is None else row[0] - length, *row[1:], None] for row in found]
