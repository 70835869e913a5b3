"""Forecasts of many prices at once."""

from collections.abc import Mapping

from models.forecasting.assessed import AssessedForecast, assess_and_forecast
from models.forecasting.errors import ForecastingError
from models.forecasting.forecaster import Forecaster
from models.forecasting.series import PriceSeries

MOST_ORIGINS = 16
"""Past forecasts that each price's skill is measured on; a single forecast takes many more."""


def forecast_many(
    markets: Mapping[str, PriceSeries], horizon: int, candidate: Forecaster
) -> dict[str, AssessedForecast | ForecastingError]:
    """A forecast of each price, or why there is none: one that fails hides no other."""
    found: dict[str, AssessedForecast | ForecastingError] = {}
    for symbol, series in markets.items():
        try:
            found[symbol] = assess_and_forecast(series, horizon, candidate, most_origins=MOST_ORIGINS)
        except ForecastingError as error:
            found[symbol] = error
    return found
