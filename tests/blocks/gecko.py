"""A small HTTP server that speaks CoinGecko's wire format; troubles as those of `Binance`."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.blocks.binance import Binance

MINUTE = 60_000
STEPS = {("1", None): 30, ("30", None): 240, ("90", "hourly"): 60, ("180", "daily"): 1440}  # minutes a candle


def ohlc(days: str, interval: str | None, now: int) -> list[list[float]]:
    """As /coins/{id}/ohlc answers: by closing time, the last row still open and off the grid."""
    step = STEPS[days, interval] * MINUTE
    last = now // step * step
    closes = 60_000 * np.exp(np.cumsum(np.random.default_rng(int(days)).normal(0, 0.004, 400)))
    count = int(days) * 1440 * MINUTE // step
    rows = [[last - (count - 1 - i) * step, *prices(closes[i % 400], closes[(i + 1) % 400])] for i in range(count)]
    return [*rows, [now, *prices(1.0, 2.0)]] if now % step else rows


def prices(opened: float, closed: float) -> list[float]:
    return [opened, max(opened, closed) * 1.001, min(opened, closed) * 0.999, closed]


class Gecko(Binance):
    """Coins: bitcoin and a small one with its symbol, ethereum; currencies: usd, eur."""

    def __init__(self) -> None:
        super().__init__([], now=int(time.time() * 1000))

    def answer(self, path: str, query: dict[str, str]) -> tuple[int, Any]:
        path = path.removeprefix("/api/v3")
        known = {"bitcoin": 60123.45, "ethereum": 2999.5}
        answers: dict[str, Callable[[], Any]] = {
            "/ping": lambda: {"gecko_says": "(V3) To the Moon!"},
            "/simple/supported_vs_currencies": lambda: ["usd", "eur"],
            "/coins/markets": lambda: [coin for coin in COINS if coin["symbol"] == query["symbols"]],
            "/search": lambda: {"coins": [{"id": "bitcoin", "symbol": "BTC", "name": "Bitcoin"}]},
            "/simple/price": lambda: {name: {query["vs_currencies"]: known[name]} for name in query["ids"].split(",")},
            "/coins/bitcoin/ohlc": lambda: ohlc(query["days"], query.get("interval"), self.now),
            "/coins/ethereum/ohlc": lambda: ohlc(query["days"], query.get("interval"), self.now),
        }
        return (200, answers[path]()) if path in answers else (404, {"error": "coin not found"})


COINS = [
    {"id": "batcat", "symbol": "btc", "name": "batcat", "market_cap": 12_345, "market_cap_rank": 4000},
    {"id": "bitcoin", "symbol": "btc", "name": "Bitcoin", "market_cap": 1_200_000_000_000, "market_cap_rank": 1},
    {"id": "btc-new", "symbol": "btc", "name": "New", "market_cap": None, "market_cap_rank": None},
    {"id": "ethereum", "symbol": "eth", "name": "Ethereum", "market_cap": 360_000_000_000, "market_cap_rank": 2},
]
