"""Which markets and timeframes an exchange has, and what to suggest when it has not."""

from difflib import get_close_matches

import ccxt

from blocks.exchange.connection import Connection
from blocks.exchange.errors import ExchangeUnavailable, UnknownSymbol, UnsupportedTimeframe


def find_market(connection: Connection, symbol: str, quote: str) -> str:
    """ccxt's word ("BTC/USDT") for a spot market that the exchange has; `UnknownSymbol` when it has not."""
    client, pair = connection.client, f"{symbol}/{quote}"
    if pair in (client.markets or {}):
        return pair
    try:
        if client.id == "binance":
            # its whole list is megabytes and takes seconds to read; one pair of it is enough
            found = connection.call(lambda: client.fetch_markets({"symbol": f"{symbol}{quote}"}))
            client.set_markets([*(client.markets or {}).values(), *found])
        else:
            connection.call(client.load_markets)
    except ccxt.BadSymbol as error:
        raise _unknown(connection, symbol, quote) from error
    except ccxt.BaseError as error:
        raise refused(connection, error) from error
    if pair not in client.markets or client.markets[pair].get("spot") is False:
        raise _unknown(connection, symbol, quote)
    return pair


def require_timeframe(connection: Connection, timeframe: str) -> None:
    """Raise `UnsupportedTimeframe`, naming what there is, when the exchange has no such candles."""
    client = connection.client
    offered = (client.timeframes or {}) if client.has.get("fetchOHLCV") else {}
    if timeframe not in offered:
        has = f"it offers {', '.join(offered)}." if offered else "it offers none at all; name another exchange."
        raise UnsupportedTimeframe(f"{client.name} has no {timeframe} candles: {has}")


def refused(connection: Connection, error: Exception) -> ExchangeUnavailable:
    """An answer of the exchange that nothing else explains, in one line."""
    said = " ".join(str(error).split())[:200]
    return ExchangeUnavailable(f"{connection.client.name} refused the request: {type(error).__name__}: {said}")


def _unknown(connection: Connection, symbol: str, quote: str) -> UnknownSymbol:
    markets = [pair for pair in connection.client.markets or {} if ":" not in pair]
    quotes = sorted(pair.split("/")[1] for pair in markets if pair.startswith(f"{symbol}/"))
    if quotes:
        hint = f"{symbol} is traded there in {', '.join(quotes[:8])}."
    elif close := get_close_matches(symbol, {pair.split("/")[0] for pair in markets}, 3, 0.7):
        hint = f"Did you mean {' or '.join(close)}?"
    else:
        hint = "Check the symbol (such as BTC), the quote (such as USDT) and the exchange."
    return UnknownSymbol(f"{connection.client.name} has no spot market {symbol}/{quote}. {hint}")
