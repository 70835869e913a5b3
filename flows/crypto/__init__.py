"""Crypto prediction."""

from flows.crypto.backtest import Backtest, BacktestRequest, backtest_forecaster
from flows.crypto.batch import PriceBatch, PriceBatchRequest, predict_prices
from flows.crypto.candles import CandleIngestion, CandleIngestionRequest, ingest_candles
from flows.crypto.drift import ForecastWatch, ForecastWatchRequest, watch_forecasts
from flows.crypto.portfolio_backtest import PortfolioBacktest, PortfolioBacktestRequest, backtest_portfolio
from flows.crypto.prediction import PricePrediction, PricePredictionRequest, predict_price
from flows.crypto.rebalancing import Rebalancing, RebalancingRequest, rebalance_portfolio
from flows.crypto.risk import RiskAssessment, RiskRequest, assess_risk
from flows.crypto.scoring import ForecastScoring, ForecastScoringRequest, score_forecasts
from flows.crypto.sentiment import SentimentAnalysis, SentimentRequest, analyse_sentiment
from flows.crypto.sentiment_training import SentimentTraining, SentimentTrainingRequest, train_sentiment_classifier
from flows.crypto.training import ForecasterTraining, ForecasterTrainingRequest, train_forecaster

__all__ = [
    "Backtest",
    "BacktestRequest",
    "CandleIngestion",
    "CandleIngestionRequest",
    "ForecastScoring",
    "ForecastScoringRequest",
    "ForecastWatch",
    "ForecastWatchRequest",
    "ForecasterTraining",
    "ForecasterTrainingRequest",
    "PortfolioBacktest",
    "PortfolioBacktestRequest",
    "PriceBatch",
    "PriceBatchRequest",
    "PricePrediction",
    "PricePredictionRequest",
    "Rebalancing",
    "RebalancingRequest",
    "RiskAssessment",
    "RiskRequest",
    "SentimentAnalysis",
    "SentimentRequest",
    "SentimentTraining",
    "SentimentTrainingRequest",
    "analyse_sentiment",
    "assess_risk",
    "backtest_forecaster",
    "backtest_portfolio",
    "ingest_candles",
    "predict_price",
    "predict_prices",
    "rebalance_portfolio",
    "score_forecasts",
    "train_forecaster",
    "train_sentiment_classifier",
    "watch_forecasts",
]
