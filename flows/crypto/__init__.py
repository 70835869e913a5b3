"""Crypto prediction."""

from flows.crypto.prediction import PricePrediction, PricePredictionRequest, predict_price
from flows.crypto.scoring import ForecastScoring, ForecastScoringRequest, score_forecasts

__all__ = [
    "ForecastScoring",
    "ForecastScoringRequest",
    "PricePrediction",
    "PricePredictionRequest",
    "predict_price",
    "score_forecasts",
]
