"""Forecasts of many prices at once."""

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from models.forecasting.assessed import AssessedForecast, assess_and_forecast
from models.forecasting.errors import ForecastingError
from models.forecasting.forecaster import Forecaster
from models.forecasting.series import PriceSeries

MOST_ORIGINS = 16
"""Past forecasts that each price's skill is measured on; a single forecast takes many more."""


def forecast_many(
    markets: Mapping[str, PriceSeries], horizon: int, candidate: Forecaster
) -> dict[str, AssessedForecast | ForecastingError]:
    """A forecast of each price, or why there is none: one that fails hides no other.

    Prices are shared out among the processors: torch and numpy let other threads run while they compute.
    """

    def one(series: PriceSeries) -> AssessedForecast | ForecastingError:
        try:
            return assess_and_forecast(series, horizon, candidate, most_origins=MOST_ORIGINS)
        except ForecastingError as error:
            return error

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(markets, pool.map(one, markets.values()), strict=True))
