"""Rules of orders and last prices, read off an exchange."""

from functools import partial
from typing import Any, Final

import ccxt

from blocks.exchange.connection import Connection
from blocks.exchange.errors import NoCandles
from blocks.exchange.market import find_market, refused
from blocks.exchange.rules import MarketRules

SIGNIFICANT_DIGITS: Final = ccxt.SIGNIFICANT_DIGITS
TICK_SIZE: Final = ccxt.TICK_SIZE


def market_rules(connection: Connection, symbol: str, quote: str) -> MarketRules:
    """The rules of `symbol` in `quote`. Errors as those of `Exchange.market_rules`."""
    name = find_market(connection, symbol, quote)
    market = connection.client.markets[name]
    limits, precision = market.get("limits") or {}, market.get("precision") or {}
    mode = connection.client.precisionMode
    return MarketRules(
        symbol=symbol,
        quote=quote,
        exchange=connection.name,
        min_amount=_number((limits.get("amount") or {}).get("min")),
        min_cost=_number((limits.get("cost") or {}).get("min")),
        amount_step=_step(precision.get("amount"), mode),
        # with significant digits the step depends on the price itself
        price_step=None if mode == SIGNIFICANT_DIGITS else _step(precision.get("price"), mode),
        taker_fee=_number(market.get("taker")),
        maker_fee=_number(market.get("maker")),
    )


def last_prices(connection: Connection, symbols: tuple[str, ...], quote: str) -> dict[str, float]:
    """Price of the last trade by symbol, in one request where the exchange has such. Errors as `Exchange.tickers`."""
    client = connection.client
    markets = {find_market(connection, symbol, quote): symbol for symbol in dict.fromkeys(symbols)}
    try:
        if client.has.get("fetchTickers"):
            tickers = connection.call(partial(client.fetch_tickers, list(markets)))
        else:
            tickers = {name: connection.call(partial(client.fetch_ticker, name)) for name in markets}
    except ccxt.BaseError as error:
        raise refused(connection, error) from error
    prices = {symbol: _number((tickers.get(name) or {}).get("last")) for name, symbol in markets.items()}
    if missing := [symbol for symbol, price in prices.items() if not price]:
        raise NoCandles(f"{client.name} has no last price of {', '.join(missing)} in {quote}: nothing was traded.")
    return {symbol: price for symbol, price in prices.items() if price}


def _step(value: Any, mode: int) -> float | None:
    """A step out of ccxt's precision, which is one already or a number of decimals."""
    number = _number(value)
    if number is None or mode == TICK_SIZE:
        return number
    return float(10.0**-number)


def _number(value: Any) -> float | None:
    """A number that may be used; an exchange says 0 where it has no limit."""
    return None if value is None else float(value)
