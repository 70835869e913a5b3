"""A small HTTP server that speaks Kraken's public wire format; troubles as those of `Binance`."""

from typing import Any

from tests.blocks.binance import HOUR, Binance

KEPT = 720  # Kraken gives the newest 720 candles, whatever it is asked for


class Kraken(Binance):
    """The same candles under Kraken's paths and in its words; the last one is still open."""

    def answer(self, path: str, query: dict[str, str]) -> tuple[int, Any]:
        if path == "/0/public/Time":
            return 200, {"error": [], "result": {"unixtime": self.now // 1000, "rfc1123": ""}}
        if path == "/0/public/AssetPairs":
            return 200, {"error": [], "result": {"XXBTZUSD": pair("XBT/USD"), "XETHZUSD": pair("ETH/USD")}}
        if path == "/0/public/Assets":
            return 200, {"error": [], "result": {}}
        if path == "/0/public/OHLC":
            since = int(query.get("since", 0)) * 1000
            rows = [row for row in self.rows if row[0] <= self.now][-KEPT:]
            found = [
                [row[0] // 1000, *row[1:5], row[4], row[5], 7] for row in rows if row[0] > since
            ]  # opening in seconds, prices, the weighted average, volume, trades
            return 200, {"error": [], "result": {query["pair"]: found, "last": (self.now - HOUR) // 1000}}
        return 404, {"error": ["EGeneral:Unknown method"]}


def pair(name: str) -> dict[str, Any]:
    base, quote = name.split("/")
    return {
        "altname": base + quote,
        "wsname": name,
        "aclass_base": "currency",
        "base": f"X{base}",
        "aclass_quote": "currency",
        "quote": f"Z{quote}",
        "pair_decimals": 1,
        "cost_decimals": 5,
        "lot_decimals": 8,
        "lot_multiplier": 1,
        "leverage_buy": [],
        "leverage_sell": [],
        "fees": [[0, 0.4], [10000, 0.35]],
        "fees_maker": [[0, 0.25], [10000, 0.2]],
        "fee_volume_currency": "ZUSD",
        "ordermin": "0.00005",
        "costmin": "0.5",
        "tick_size": "0.1",
        "status": "online",
    }
