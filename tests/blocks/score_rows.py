"""Rows of forecast_scores as runs add them."""

from datetime import UTC, datetime, timedelta
from typing import Any

ISSUED = datetime(2026, 1, 2, 12, tzinfo=UTC)


def scores(run_id: str, steps: range, **changes: Any) -> list[dict[str, Any]]:
    return [
        {
            "forecast_run_id": "forecast-1",
            "step": step,
            "symbol": "BTC",
            "run_id": run_id,
            "quote": "USDT",
            "timeframe": "1h",
            "exchange": "binance",
            "issued_at": ISSUED,
            "target_time": ISSUED + timedelta(hours=step),
            "model": "lstm",
            "model_version": "1",
            "actual": 100.0 + step,
            "absolute_error": 0.5,
            "random_walk_error": 0.75,
            "crps": 0.25,
            "random_walk_crps": 0.375,
            "inside_80": 1,
            "inside_95": 1,
        }
        | changes
        for step in steps
    ]
