"""Price forecasts with prediction intervals, and how good they have been lately."""

from models.forecasting.assessed import AssessedForecast, Calibration, Skill, assess_and_forecast, history_wanted
from models.forecasting.conformal import ConformalWalk, random_walk, volatility_scaled_random_walk
from models.forecasting.ensemble import Ensemble
from models.forecasting.errors import ConstantPrice, ForecastingError, ShortHistory
from models.forecasting.forecast import LEVELS, Forecast
from models.forecasting.forecaster import Forecaster
from models.forecasting.indicators import indicators, latest_indicators
from models.forecasting.network.forecaster import NetworkForecaster
from models.forecasting.recalibrated import Recalibrated
from models.forecasting.seasonal import SeasonalNaive
from models.forecasting.series import PriceSeries

__all__ = [
    "LEVELS",
    "AssessedForecast",
    "Calibration",
    "ConformalWalk",
    "ConstantPrice",
    "Ensemble",
    "Forecast",
    "Forecaster",
    "ForecastingError",
    "NetworkForecaster",
    "PriceSeries",
    "Recalibrated",
    "SeasonalNaive",
    "ShortHistory",
    "Skill",
    "assess_and_forecast",
    "history_wanted",
    "indicators",
    "latest_indicators",
    "random_walk",
    "volatility_scaled_random_walk",
]
