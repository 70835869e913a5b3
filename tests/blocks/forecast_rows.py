"""Rows of price_forecasts as a run publishes them."""

from datetime import UTC, datetime, timedelta
from typing import Any

ISSUED = datetime(2026, 1, 2, 12, 30, 15, 123456, tzinfo=UTC)


def forecasts(run_id: str = "run-1", steps: int = 3, **changes: Any) -> list[dict[str, Any]]:
    return [
        {
            "run_id": run_id,
            "step": step,
            "symbol": "BTC",
            "quote": "USDT",
            "timeframe": "1h",
            "exchange": "binance",
            "issued_at": ISSUED,
            "target_time": ISSUED + timedelta(hours=step),
            "median": 100.0 + step,
            "lower_80": 90.5,
            "upper_80": 110.25,
            "lower_95": 80.125,
            "upper_95": 1 / 3,
            "model": "median",
            "model_version": "1",
            "data_source": "sample",
            "last_close": 100.5,
            "quantiles": [80.125 + level for level in range(11)],
            "random_walk_quantiles": None,
        }
        | changes
        for step in range(1, steps + 1)
    ]
