"""Real orders through ccxt: limit orders that are filled at once or given up, each placed once however often we try."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, TypeVar

import ccxt

from blocks.broker.errors import BrokerUnavailable, LiveTradingRefused
from blocks.broker.settings import TradingSettings
from blocks.exchange import Exchange, ExchangeUnavailable
from blocks.exchange.connection import Connection
from blocks.exchange.market import find_market

Answer = TypeVar("Answer")

LOOKUPS: Final = 4
PAUSE_SECONDS: Final = 0.25
REFUSED_STATUS: Final = frozenset({401, 403})
ALLOW: Final = "ALLOW_LIVE_TRADING=true"


@dataclass(frozen=True)
class Ticket:
    """An order as it is placed: a limit order in whole steps of the exchange."""

    number: int
    side: str
    symbol: str
    quote: str
    amount: Decimal
    limit: Decimal


@dataclass(frozen=True)
class LiveFill:
    """What the exchange says became of an order: `status` is filled, partly-filled, unfilled or rejected."""

    order_id: str | None
    status: str
    filled: Decimal
    price: Decimal | None
    fee: Decimal
    reason: str | None = None


class LiveBroker:
    """Places orders at an exchange with the keys of its block.

    Raises `LiveTradingRefused` without `ALLOW_LIVE_TRADING`, without keys, and for a test network that ccxt does not
    know.
    """

    def __init__(self, exchange: Exchange, settings: TradingSettings | None = None) -> None:
        settings = settings or TradingSettings()
        require_live(exchange, settings)
        self.exchange = exchange
        self._connection = _connection(exchange, settings.live_trading_sandbox)

    def balances(self) -> dict[str, Decimal]:
        """What is free to trade, by symbol, cash among it. Raises `BrokerUnavailable`, `LiveTradingRefused`."""
        found = self._asked(self._connection.client.fetch_balance, "What is free to trade is not known.")
        return {symbol: Decimal(str(amount)) for symbol, amount in (found.get("free") or {}).items() if amount}

    def place(self, run_id: str, ticket: Ticket) -> LiveFill:
        """Place an order of a run, or find out what became of it when that was done before.

        The exchange is asked for our own id of the order first, and again whenever an answer is lost, so a run that is
        repeated or killed places nothing twice. Raises `BrokerUnavailable` when the exchange can't be asked.
        """
        market = find_market(self._connection, ticket.symbol, ticket.quote)
        ours = client_order_id(run_id, ticket.number)
        if known := self._find(market, ours):
            return _fill(known, ticket)
        client = self._connection.client
        parameters = {"clientOrderId": ours, "timeInForce": "IOC"}
        try:
            made = client.create_order(
                market, "limit", ticket.side, f"{ticket.amount:f}", f"{ticket.limit:f}", parameters
            )
        except (ccxt.InsufficientFunds, ccxt.InvalidOrder, ccxt.BadRequest) as error:
            return LiveFill(None, "rejected", Decimal(0), None, Decimal(0), _said(error))
        except ccxt.AuthenticationError as error:
            raise LiveTradingRefused(_said(error)) from None
        except ccxt.BaseError as error:
            return _fill(self._after_lost_answer(market, ours, error), ticket)
        return _fill(made, ticket)

    def _after_lost_answer(self, market: str, ours: str, error: ccxt.BaseError) -> dict[str, Any]:
        """The order that may have been placed; raises when the exchange has none of this id."""
        for attempt in range(LOOKUPS):
            time.sleep(PAUSE_SECONDS * attempt)
            if known := self._find(market, ours):
                return known
        raise BrokerUnavailable(
            f"{_said(error)}. The exchange has no order {ours}: it was not placed. Run again to place it."
        ) from None

    def _find(self, market: str, ours: str) -> dict[str, Any] | None:
        """The order with our id, or None."""
        client = self._connection.client

        def look_up() -> dict[str, Any] | None:
            try:
                found: dict[str, Any] = client.fetch_order(None, market, {"clientOrderId": ours})
            except ccxt.OrderNotFound:
                return None
            return found

        return self._asked(look_up, f"Whether order {ours} was placed is not known; run again to find out.")

    def _asked(self, request: Callable[[], Answer], unknown: str) -> Answer:
        """The answer to a question that may be repeated; `unknown` says what is not known without it."""
        try:
            return self._connection.call(request)
        except ccxt.AuthenticationError as error:
            raise LiveTradingRefused(_said(error)) from None
        except ExchangeUnavailable as error:
            if self._connection.transport.status in REFUSED_STATUS:
                raise LiveTradingRefused(str(error)) from None
            raise BrokerUnavailable(f"{error} {unknown}") from None
        except ccxt.BaseError as error:
            raise BrokerUnavailable(f"{_said(error)}. {unknown}") from None


def require_live(exchange: Exchange, settings: TradingSettings | None = None) -> None:
    """Raise `LiveTradingRefused` unless real orders are allowed and there are keys to place them with."""
    settings = settings or TradingSettings()
    if not (settings.allow_live_trading or settings.live_trading_sandbox):
        raise LiveTradingRefused(
            f"Real orders are off: set {ALLOW} where flows run to allow them, LIVE_TRADING_SANDBOX=true for the "
            'exchange\'s test network, or use execute="paper".'
        )
    if exchange.api_key is None or exchange.api_secret is None:
        raise LiveTradingRefused(
            f"There are no keys for {exchange.name}: save an Exchange block named 'default' with api_key and "
            "api_secret that may trade (and not withdraw)."
        )


def client_order_id(run_id: str, number: int) -> str:
    """Our id of an order, the same for the same run: 32 characters that every exchange takes."""
    return f"aif{hashlib.sha256(f'{run_id}/{number}'.encode()).hexdigest()[:29]}"


def _connection(exchange: Exchange, sandbox: bool) -> Connection:
    secrets = {"apiKey": exchange.api_key, "secret": exchange.api_secret, "password": exchange.api_password}
    connection = Connection(
        exchange.name,
        credentials={name: secret.get_secret_value() for name, secret in secrets.items() if secret},
        timeout=exchange.timeout,
        attempts=exchange.attempts,
        patience=exchange.patience,
    )
    connection.mirror = None  # the address for market data alone takes no orders
    if not connection.client.has.get("createOrder") or not connection.client.has.get("fetchOrder"):
        raise LiveTradingRefused(f"ccxt can't place and look up orders at {exchange.name}: name another exchange.")
    if sandbox:
        if not connection.client.urls.get("test"):
            raise LiveTradingRefused(f"ccxt knows no test network of {exchange.name}: name another exchange.")
        connection.client.set_sandbox_mode(True)
    if exchange.base_url:
        connection.move_to(str(exchange.base_url))
    return connection


def _fill(order: dict[str, Any], ticket: Ticket) -> LiveFill:
    """ccxt's order structure in our words; a fee that was taken in the coin counts at the price of the fill."""
    filled = Decimal(str(order.get("filled") or 0))
    price = Decimal(str(order.get("average") or order.get("price") or 0))
    worth = {ticket.quote: Decimal(1), ticket.symbol: price}
    fees = order.get("fees") or ([order["fee"]] if order.get("fee") else [])
    paid = [(Decimal(str(fee["cost"])), fee.get("currency")) for fee in fees if fee.get("cost") is not None]
    status = {"closed": "filled", "rejected": "rejected"}.get(str(order.get("status")), "unfilled")
    if 0 < filled < ticket.amount:
        status = "partly-filled"
    return LiveFill(
        order_id=str(order["id"]) if order.get("id") else None,
        status=status,
        filled=filled,
        price=price if filled and price else None,
        fee=sum((cost * worth.get(str(currency), Decimal(0)) for cost, currency in paid), Decimal(0)),
        reason=None if filled else "nobody took it at its limit",
    )


def _said(error: Exception) -> str:
    """What the exchange said, without the address and the signature that ccxt puts in front."""
    text = " ".join(word for word in str(error).split() if "://" not in word and "signature=" not in word)
    return f"{type(error).__name__}: {text[:200]}"
