"""Fraud detection."""

from flows.fraud.network import NetworkAnalysis, NetworkAnalysisRequest, analyze_network_traffic
from flows.fraud.network_training import NetworkTraining, NetworkTrainingRequest, train_network_detector
from flows.fraud.training import FraudTraining, FraudTrainingRequest, train_fraud_detector
from flows.fraud.transactions import TransactionAnalysis, TransactionAnalysisRequest, analyze_transactions

__all__ = [
    "FraudTraining",
    "FraudTrainingRequest",
    "NetworkAnalysis",
    "NetworkAnalysisRequest",
    "NetworkTraining",
    "NetworkTrainingRequest",
    "TransactionAnalysis",
    "TransactionAnalysisRequest",
    "analyze_network_traffic",
    "analyze_transactions",
    "train_fraud_detector",
    "train_network_detector",
]
