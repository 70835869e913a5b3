"""The public door: every flow with its request and its result.

`from flows import predict_price, PricePredictionRequest` works in a script and in a notebook. With a local stack up on
the data folder the run shows in its Prefect UI; without one Prefect starts a private server for the call.
"""

from blocks.running_stack import join_running_stack

join_running_stack()  # before Prefect reads its settings, which importing a flow makes it do

from flows.crypto import PricePrediction, PricePredictionRequest, predict_price  # noqa: E402
from flows.fraud import (  # noqa: E402
    FraudTraining,
    FraudTrainingRequest,
    TransactionAnalysis,
    TransactionAnalysisRequest,
    analyze_transactions,
    train_fraud_detector,
)
from flows.orchestration import Orchestration, OrchestrationRequest, OrchestrationTask, orchestrate  # noqa: E402

__all__ = [
    "FraudTraining",
    "FraudTrainingRequest",
    "Orchestration",
    "OrchestrationRequest",
    "OrchestrationTask",
    "PricePrediction",
    "PricePredictionRequest",
    "TransactionAnalysis",
    "TransactionAnalysisRequest",
    "analyze_transactions",
    "orchestrate",
    "predict_price",
    "train_fraud_detector",
]
