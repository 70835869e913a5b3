"""Candles as the even grid of prices that forecasters take."""

import numpy as np

from blocks.exchange import Candles
from models.forecasting import PriceSeries
from tasks.crypto.market import close_times


def price_series(candles: Candles, reference: Candles | None = None) -> PriceSeries:
    """Closes at the moments they were known, with highs, lows and volumes, and the reference's closes beside them.

    Raises `ForecastingError`.
    """
    series = PriceSeries.from_closes(
        close_times(candles),
        candles.close,
        np.timedelta64(candles.step),
        high=candles.high,
        low=candles.low,
        volume=candles.volume,
    )
    return series if reference is None else series.beside(price_series(reference))
