"""Which coin a symbol means, and which currencies prices come in."""

from typing import Any, Final

from blocks.coingecko.connection import Connection
from blocks.exchange import ExchangeUnavailable, UnknownSymbol

DAY: Final = 86_400.0
WEEK: Final = 7 * DAY
DOLLARS: Final = frozenset({"USDT", "USDC", "BUSD", "FDUSD", "TUSD"})
"""Coins that are worth a dollar, which CoinGecko gives no prices in."""


def quoted(quote: str) -> str:
    """What CoinGecko is asked for in place of a dollar that an exchange has: the dollar itself."""
    return "USD" if quote in DOLLARS else quote


def coin_id(connection: Connection, symbol: str) -> str:
    """CoinGecko's id of the coin that `symbol` means: of all that carry it, the one of the greatest market cap.

    Raises `UnknownSymbol`, with suggestions where a search finds any.
    """
    found = connection.ask(
        "markets",
        DAY,
        lambda client: client.coins.markets.with_raw_response.get,
        vs_currency="usd",
        symbols=symbol.lower(),
        include_tokens="all",
        order="market_cap_desc",
        per_page=250,
    )
    coins = [coin for coin in _dicts(found) if str(coin.get("symbol", "")).upper() == symbol and coin.get("id")]
    if not coins:
        raise UnknownSymbol(f"CoinGecko knows no coin {symbol}. {_suggestion(connection, symbol)}")
    return str(max(coins, key=lambda coin: coin.get("market_cap") or 0.0)["id"])


def require_currency(connection: Connection, quote: str) -> str:
    """CoinGecko's word for a currency. Raises `UnknownSymbol` where it gives no prices in that."""
    known = connection.ask(
        "currencies", WEEK, lambda client: client.simple.supported_vs_currencies.with_raw_response.get
    )
    if not isinstance(known, list):
        raise unreadable()
    if quote.lower() not in known:
        raise UnknownSymbol(
            f"CoinGecko gives no prices in {quote}: ask for USD, EUR, BTC or another of its currencies."
        )
    return quote.lower()


def unreadable() -> ExchangeUnavailable:
    """The answer is JSON, but not what CoinGecko's documentation says."""
    return ExchangeUnavailable("CoinGecko answered with something other than market data: is a proxy in between?")


def _suggestion(connection: Connection, symbol: str) -> str:
    found = connection.ask("search", DAY, lambda client: client.search.with_raw_response.get, query=symbol.lower())
    coins = _dicts(found.get("coins") if isinstance(found, dict) else None)
    near = [f"{coin.get('symbol')} ({coin.get('name')})" for coin in coins[:3]]
    return f"Did you mean {' or '.join(near)}?" if near else "Check the symbol (such as BTC)."


def _dicts(rows: Any) -> list[dict[str, Any]]:
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise unreadable()
    return rows
