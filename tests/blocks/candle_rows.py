"""Rows of the table of candles."""

from datetime import UTC, datetime, timedelta
from typing import Any

START = datetime(2020, 1, 1, tzinfo=UTC)


def candle_table_rows(count: int, *, first: int = 0, close: float, symbol: str = "BTC") -> list[dict[str, Any]]:
    """Hourly candles from the `first` hour of 2020 on."""
    return [
        {
            "exchange": "binance",
            "symbol": symbol,
            "quote": "USDT",
            "timeframe": "1h",
            "time": START + timedelta(hours=hour),
            "open": 1.0,
            "high": 9.0,
            "low": 0.5,
            "close": close,
            "volume": 0.0,
        }
        for hour in range(first, first + count)
    ]
