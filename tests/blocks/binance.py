"""A small HTTP server that speaks Binance's public wire format, with the troubles that a test asks for."""

import json
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import numpy as np

HOUR = 3_600_000
# a Thursday in 2024, 40 minutes into an hour: nowhere near the clock of the machine that runs the test
NOW = 1_718_884_800_000 + 40 * 60_000


@dataclass
class Trouble:
    """One answer other than the right one; `path` limits it to requests that end so."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: str = "{}"
    delay: float = 0.0
    path: str = ""


def candle_rows(
    count: int, *, step: int = HOUR, now: int = NOW, seed: int = 7, price: float = 60_000.0
) -> list[list[Any]]:
    """A random walk's candles, the last one still open at `now`; numbers are text, as Binance writes them."""
    generator = np.random.default_rng(seed)
    moves = generator.normal(0, 0.004, count) * np.exp(0.6 * np.sin(np.arange(count) / 90))
    closes = price * np.exp(np.cumsum(moves))
    opens = np.concatenate([[price], closes[:-1]])
    highs = np.maximum(opens, closes) * (1 + generator.uniform(0, 0.002, count))
    lows = np.minimum(opens, closes) * (1 - generator.uniform(0, 0.002, count))
    first = now // step * step - (count - 1) * step
    return [
        [first + i * step, *(f"{value:.8f}" for value in (o, h, low, c, 10 + i % 7))]
        for i, (o, h, low, c) in enumerate(zip(opens, highs, lows, closes, strict=True))
    ]


class Binance:
    """The server; `url` is its address, `requests` what it was asked, `troubles` what it answers with first."""

    def __init__(self, rows: list[list[Any]], *, now: int = NOW, pairs: tuple[str, ...] = ("BTC/USDT", "ETH/USDT")):
        self.rows = rows
        self.now = now
        self.pairs = pairs
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.headers: list[dict[str, str]] = []
        self.troubles: deque[Trouble] = deque()
        self.page = 1000
        self.lag = 0.0  # seconds before each answer
        self.prices = {"BTCUSDT": "60123.45", "ETHUSDT": "2999.01"}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def asked(self, path: str) -> list[dict[str, str]]:
        """The queries of all requests to a path that ends so."""
        return [query for asked, query in self.requests if asked.endswith(path)]

    def answer(self, path: str, query: dict[str, str]) -> tuple[int, Any]:
        if path == "/api/v3/time":
            return 200, {"serverTime": self.now}
        if path == "/api/v3/exchangeInfo":
            wanted = [pair for pair in self.pairs if query.get("symbol") in (None, pair.replace("/", ""))]
            return (200, {"symbols": [market(pair) for pair in wanted]}) if wanted else INVALID_SYMBOL
        if path == "/api/v3/klines":
            since = int(query.get("startTime", 0))
            rows = [row for row in self.rows if since <= row[0] <= self.now][: min(self.page, int(query["limit"]))]
            return 200, [[*row, row[0] + HOUR - 1, "0", 1, "0", "0", "0"] for row in rows]
        if path == "/api/v3/ticker/24hr":
            ids = json.loads(query["symbols"])
            return 200, [{"symbol": name, "lastPrice": self.prices.get(name, "0")} for name in ids]
        if path == "/api/v3/account":
            return 200, {"balances": []}
        return 404, {"code": -1, "msg": f"no {path} here"}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        exchange = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                exchange.requests.append((parts.path, query))
                exchange.headers.append({name.lower(): value for name, value in self.headers.items()})
                status, headers, body = 200, {}, ""
                time.sleep(exchange.lag)
                if exchange.troubles and parts.path.endswith(exchange.troubles[0].path):
                    trouble = exchange.troubles.popleft()
                    time.sleep(trouble.delay)
                    status, headers, body = trouble.status, trouble.headers, trouble.body
                else:
                    status, content = exchange.answer(parts.path, query)
                    body = json.dumps(content)
                try:
                    self.send_response(status)
                    for name, value in headers.items():
                        self.send_header(name, value)
                    self.end_headers()
                    self.wfile.write(body.encode())
                except (BrokenPipeError, ConnectionResetError):
                    pass  # the caller had lost patience, as a test wanted

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's word
                pass

        return Handler


INVALID_SYMBOL = (400, {"code": -1121, "msg": "Invalid symbol."})


def market(pair: str) -> dict[str, Any]:
    base, quote = pair.split("/")
    return {
        "symbol": base + quote,
        "status": "TRADING",
        "baseAsset": base,
        "baseAssetPrecision": 8,
        "quoteAsset": quote,
        "quotePrecision": 8,
        "orderTypes": ["LIMIT", "MARKET"],
        "isSpotTradingAllowed": True,
        "isMarginTradingAllowed": True,
        "filters": [
            {"filterType": "PRICE_FILTER", "minPrice": "0.01", "maxPrice": "1000000.00", "tickSize": "0.01"},
            {"filterType": "LOT_SIZE", "minQty": "0.00002", "maxQty": "9000.0", "stepSize": "0.00001"},
            {"filterType": "NOTIONAL", "minNotional": "5.00000000", "applyMinToMarket": True, "maxNotional": "9000000"},
        ],
        "permissions": ["SPOT"],
    }
