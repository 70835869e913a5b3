# The list of what the public door offers; `__init__.py` imports each when it is asked for.
from .crypto.backtest import Backtest as Backtest
from .crypto.backtest import BacktestRequest as BacktestRequest
from .crypto.backtest import backtest_forecaster as backtest_forecaster
from .crypto.batch import PriceBatch as PriceBatch
from .crypto.batch import PriceBatchRequest as PriceBatchRequest
from .crypto.batch import predict_prices as predict_prices
from .crypto.candles import CandleIngestion as CandleIngestion
from .crypto.candles import CandleIngestionRequest as CandleIngestionRequest
from .crypto.candles import ingest_candles as ingest_candles
from .crypto.drift import ForecastWatch as ForecastWatch
from .crypto.drift import ForecastWatchRequest as ForecastWatchRequest
from .crypto.drift import watch_forecasts as watch_forecasts
from .crypto.portfolio_backtest import PortfolioBacktest as PortfolioBacktest
from .crypto.portfolio_backtest import PortfolioBacktestRequest as PortfolioBacktestRequest
from .crypto.portfolio_backtest import backtest_portfolio as backtest_portfolio
from .crypto.prediction import PricePrediction as PricePrediction
from .crypto.prediction import PricePredictionRequest as PricePredictionRequest
from .crypto.prediction import predict_price as predict_price
from .crypto.rebalancing import Rebalancing as Rebalancing
from .crypto.rebalancing import RebalancingRequest as RebalancingRequest
from .crypto.rebalancing import rebalance_portfolio as rebalance_portfolio
from .crypto.risk import RiskAssessment as RiskAssessment
from .crypto.risk import RiskRequest as RiskRequest
from .crypto.risk import assess_risk as assess_risk
from .crypto.scoring import ForecastScoring as ForecastScoring
from .crypto.scoring import ForecastScoringRequest as ForecastScoringRequest
from .crypto.scoring import score_forecasts as score_forecasts
from .crypto.sentiment import SentimentAnalysis as SentimentAnalysis
from .crypto.sentiment import SentimentRequest as SentimentRequest
from .crypto.sentiment import analyse_sentiment as analyse_sentiment
from .crypto.sentiment_training import SentimentTraining as SentimentTraining
from .crypto.sentiment_training import SentimentTrainingRequest as SentimentTrainingRequest
from .crypto.sentiment_training import train_sentiment_classifier as train_sentiment_classifier
from .crypto.training import ForecasterTraining as ForecasterTraining
from .crypto.training import ForecasterTrainingRequest as ForecasterTrainingRequest
from .crypto.training import train_forecaster as train_forecaster
from .fraud.case import Case as Case
from .fraud.case import CaseRequest as CaseRequest
from .fraud.case import open_case as open_case
from .fraud.network import NetworkAnalysis as NetworkAnalysis
from .fraud.network import NetworkAnalysisRequest as NetworkAnalysisRequest
from .fraud.network import analyze_network_traffic as analyze_network_traffic
from .fraud.network_training import NetworkTraining as NetworkTraining
from .fraud.network_training import NetworkTrainingRequest as NetworkTrainingRequest
from .fraud.network_training import train_network_detector as train_network_detector
from .fraud.trading import TradingAnalysis as TradingAnalysis
from .fraud.trading import TradingAnalysisRequest as TradingAnalysisRequest
from .fraud.trading import analyze_trading as analyze_trading
from .fraud.training import FraudTraining as FraudTraining
from .fraud.training import FraudTrainingRequest as FraudTrainingRequest
from .fraud.training import train_fraud_detector as train_fraud_detector
from .fraud.transactions import TransactionAnalysis as TransactionAnalysis
from .fraud.transactions import TransactionAnalysisRequest as TransactionAnalysisRequest
from .fraud.transactions import analyze_transactions as analyze_transactions
from .fraud.verdicts import VerdictRecording as VerdictRecording
from .fraud.verdicts import VerdictRecordingRequest as VerdictRecordingRequest
from .fraud.verdicts import record_verdicts as record_verdicts
from .image.dreambooth import DreamBooth as DreamBooth
from .image.dreambooth import DreamBoothRequest as DreamBoothRequest
from .image.dreambooth import finetune_dreambooth as finetune_dreambooth
from .image.embedded_training import EmbeddedImageTraining as EmbeddedImageTraining
from .image.embedded_training import EmbeddedImageTrainingRequest as EmbeddedImageTrainingRequest
from .image.embedded_training import train_embedded_image_model as train_embedded_image_model
from .image.fetch_model import ModelFetch as ModelFetch
from .image.fetch_model import ModelFetchRequest as ModelFetchRequest
from .image.fetch_model import fetch_model as fetch_model
from .image.generation import ImageGeneration as ImageGeneration
from .image.generation import generate_image as generate_image
from .image.request import ImageRequest as ImageRequest
from .image.stylegan3_sampling import StyleGan3Samples as StyleGan3Samples
from .image.stylegan3_sampling import StyleGan3SamplingRequest as StyleGan3SamplingRequest
from .image.stylegan3_sampling import sample_stylegan3 as sample_stylegan3
from .image.stylegan3_training import StyleGan3Training as StyleGan3Training
from .image.stylegan3_training import StyleGan3TrainingRequest as StyleGan3TrainingRequest
from .image.stylegan3_training import train_stylegan3 as train_stylegan3
from .orchestration import Orchestration as Orchestration
from .orchestration import OrchestrationRequest as OrchestrationRequest
from .orchestration import OrchestrationTask as OrchestrationTask
from .orchestration import orchestrate as orchestrate
from .video.camera_path import CameraPathRendering as CameraPathRendering
from .video.camera_path import CameraPathRequest as CameraPathRequest
from .video.camera_path import render_camera_path as render_camera_path
from .video.generation import VideoGeneration as VideoGeneration
from .video.generation import generate_video as generate_video
from .video.request import VideoRequest as VideoRequest
from .video.scene_training import SceneTraining as SceneTraining
from .video.scene_training import SceneTrainingRequest as SceneTrainingRequest
from .video.scene_training import train_scene as train_scene
from .video.segment import SegmentRendering as SegmentRendering
from .video.segment import SegmentRequest as SegmentRequest
from .video.segment import render_segment as render_segment

__all__ = [
    "Backtest",
    "BacktestRequest",
    "CameraPathRendering",
    "CameraPathRequest",
    "CandleIngestion",
    "CandleIngestionRequest",
    "DreamBooth",
    "DreamBoothRequest",
    "EmbeddedImageTraining",
    "EmbeddedImageTrainingRequest",
    "ForecastScoring",
    "ForecastScoringRequest",
    "ForecastWatch",
    "ForecastWatchRequest",
    "ForecasterTraining",
    "ForecasterTrainingRequest",
    "FraudTraining",
    "FraudTrainingRequest",
    "ImageGeneration",
    "ImageRequest",
    "ModelFetch",
    "ModelFetchRequest",
    "NetworkAnalysis",
    "NetworkAnalysisRequest",
    "NetworkTraining",
    "NetworkTrainingRequest",
    "Orchestration",
    "OrchestrationRequest",
    "OrchestrationTask",
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
    "SceneTraining",
    "SceneTrainingRequest",
    "SegmentRendering",
    "SegmentRequest",
    "SentimentAnalysis",
    "SentimentRequest",
    "SentimentTraining",
    "SentimentTrainingRequest",
    "StyleGan3Samples",
    "StyleGan3SamplingRequest",
    "StyleGan3Training",
    "StyleGan3TrainingRequest",
    "TradingAnalysis",
    "TradingAnalysisRequest",
    "TransactionAnalysis",
    "TransactionAnalysisRequest",
    "VerdictRecording",
    "VerdictRecordingRequest",
    "VideoGeneration",
    "VideoRequest",
    "analyse_sentiment",
    "analyze_network_traffic",
    "analyze_trading",
    "analyze_transactions",
    "assess_risk",
    "backtest_forecaster",
    "backtest_portfolio",
    "fetch_model",
    "finetune_dreambooth",
    "generate_image",
    "generate_video",
    "ingest_candles",
    "orchestrate",
    "predict_price",
    "predict_prices",
    "rebalance_portfolio",
    "record_verdicts",
    "render_camera_path",
    "render_segment",
    "sample_stylegan3",
    "score_forecasts",
    "train_embedded_image_model",
    "train_forecaster",
    "train_fraud_detector",
    "train_network_detector",
    "train_scene",
    "train_sentiment_classifier",
    "train_stylegan3",
    "watch_forecasts",
]
