"""Rows of price_forecasts whose truth a loopback Binance knows."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from models.forecasting import LEVELS


def forecast_rows(
    run_id: str,
    issued_at: datetime,
    last_close: float,
    *,
    steps: int = 24,
    symbols: Sequence[str] = ("BTC",),
) -> list[dict[str, Any]]:
    """Intervals of half a percent a step about the last close; the random walk's are twice as wide."""
    levels = np.array(LEVELS) - 0.5
    return [
        {
            "run_id": run_id,
            "step": step,
            "symbol": symbol,
            "quote": "USDT",
            "timeframe": "1h",
            "exchange": "binance",
            "issued_at": issued_at,
            "target_time": issued_at + timedelta(hours=step),
            "median": quantiles[5],
            "lower_80": quantiles[1],
            "upper_80": quantiles[9],
            "lower_95": quantiles[0],
            "upper_95": quantiles[10],
            "model": "volatility-scaled-random-walk",
            "model_version": "1",
            "data_source": "binance",
            "last_close": last_close,
            "quantiles": quantiles,
            "random_walk_quantiles": (last_close * (1 + 0.02 * step * levels)).tolist(),
        }
        for symbol in symbols
        for step in range(1, steps + 1)
        for quantiles in [(last_close * (1 + 0.01 * step * levels)).tolist()]
    ]
