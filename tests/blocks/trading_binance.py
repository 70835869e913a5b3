"""A Binance on loopback that takes orders: coins with prices of their own, an account, signed requests."""

import json
import time
from collections.abc import Mapping
from decimal import Decimal
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.blocks.binance import Binance, candle_rows

DAY = 86_400_000
KEY, SECRET = "a-key-of-the-test", "a-secret-of-the-test"
REFUSED = (400, {"code": -2010, "msg": "Account has insufficient balance for requested action."})
NO_ORDER = (400, {"code": -2013, "msg": "Order does not exist."})
BAD_KEY = (401, {"code": -2015, "msg": "Invalid API-key, IP, or permissions for action."})


class TradingBinance(Binance):
    """`coins`: last prices in USDT. Orders are filled at those, at once or not at all, for 0.1 % in USDT.

    `free` is the account, `orders` what was placed, in order. The next `lost` answers to orders never arrive.
    """

    def __init__(self, coins: Mapping[str, str], *, days: int = 400, free: Mapping[str, str] | None = None):
        now = int(time.time() * 1000)
        super().__init__([], now=now, pairs=tuple(f"{coin}/USDT" for coin in coins))
        self.prices = {f"{coin}USDT": price for coin, price in coins.items()}
        self.by_coin = {
            f"{coin}USDT": candle_rows(days, step=DAY, now=now, seed=i, price=float(price))
            for i, (coin, price) in enumerate(coins.items())
        }
        self.free = {coin: Decimal(amount) for coin, amount in (free or {}).items()}
        self.orders: list[dict[str, Any]] = []
        self.lost = 0
        self.placing = True

    def answer(self, path: str, query: dict[str, str]) -> tuple[int, Any]:
        if path == "/api/v3/klines":
            self.rows = self.by_coin[query["symbol"]]
        if path == "/api/v3/account":
            return 200, {"balances": [{"asset": c, "free": str(a), "locked": "0"} for c, a in self.free.items()]}
        if path == "/api/v3/order":
            found = [one for one in self.orders if one["clientOrderId"] == query.get("origClientOrderId")]
            return (200, found[-1]) if found else NO_ORDER
        return super().answer(path, query)

    def place(self, asked: dict[str, str]) -> tuple[int, Any]:
        coin, price, limit = asked["symbol"].removesuffix("USDT"), *self._prices(asked)
        amount, selling = Decimal(asked["quantity"]), asked["side"] == "SELL"
        cost = amount * price
        fee = cost * Decimal("0.001")
        crosses = price >= limit if selling else price <= limit
        if self.free.get(coin if selling else "USDT", Decimal(0)) < (amount if selling else cost + fee):
            return REFUSED
        filled = amount if crosses else Decimal(0)
        if crosses:
            self.free[coin] = self.free.get(coin, Decimal(0)) + (-amount if selling else amount)
            self.free["USDT"] = self.free.get("USDT", Decimal(0)) + (cost - fee if selling else -cost - fee)
        self.orders.append(
            {
                "symbol": asked["symbol"],
                "orderId": 1000 + len(self.orders),
                "clientOrderId": asked["newClientOrderId"],
                "transactTime": self.now,
                "price": str(limit),
                "origQty": str(amount),
                "executedQty": str(filled),
                "cummulativeQuoteQty": str(filled * price),
                "status": "FILLED" if crosses else "EXPIRED",
                "timeInForce": asked["timeInForce"],
                "type": asked["type"],
                "side": asked["side"],
                "fills": [{"price": str(price), "qty": str(filled), "commission": str(fee), "commissionAsset": "USDT"}]
                if crosses
                else [],
            }
        )
        return 200, self.orders[-1]

    def _prices(self, asked: dict[str, str]) -> tuple[Decimal, Decimal]:
        return Decimal(self.prices[asked["symbol"]]), Decimal(asked["price"])

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        exchange, reading = self, super()._handler()

        class Handler(reading):  # type: ignore[misc, valid-type]
            def do_GET(self) -> None:  # noqa: N802 - http.server's word
                private = urlsplit(self.path).path in {"/api/v3/order", "/api/v3/account"}
                if private and self.headers.get("X-MBX-APIKEY") != KEY:
                    return self.reply(*BAD_KEY)
                return super().do_GET()

            def do_POST(self) -> None:  # noqa: N802 - http.server's word
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                asked = {name: values[0] for name, values in parse_qs(body).items()}
                exchange.requests.append((urlsplit(self.path).path, asked))
                if self.headers.get("X-MBX-APIKEY") != KEY or not asked.get("signature"):
                    return self.reply(*BAD_KEY)
                if not exchange.placing:
                    return self.reply(503, {"code": -1001, "msg": "Internal error; unable to process your request."})
                answer = exchange.place(asked)
                if exchange.lost:
                    exchange.lost -= 1
                    return self.reply(504, {})
                return self.reply(*answer)

            def reply(self, status: int, content: Any) -> None:
                self.send_response(status)
                self.end_headers()
                self.wfile.write(json.dumps(content).encode())

        return Handler
