"""Crypto prediction."""

from flows.crypto.prediction import PricePrediction, PricePredictionRequest, predict_price

__all__ = ["PricePrediction", "PricePredictionRequest", "predict_price"]
