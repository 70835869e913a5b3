"""Fraud detection."""

from flows.fraud.training import FraudTraining, FraudTrainingRequest, train_fraud_detector
from flows.fraud.transactions import TransactionAnalysis, TransactionAnalysisRequest, analyze_transactions

__all__ = [
    "FraudTraining",
    "FraudTrainingRequest",
    "TransactionAnalysis",
    "TransactionAnalysisRequest",
    "analyze_transactions",
    "train_fraud_detector",
]
