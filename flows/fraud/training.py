"""The training of the fraud detector."""

from typing import Literal

from prefect import flow
from pydantic import BaseModel, ConfigDict, Field

from blocks.asset_store import Asset
from blocks.source import SourceUri
from blocks.warehouse import Rows
from flows.form import in_declared_order
from models.fraud.decision import CostMatrix
from models.fraud.metrics import Metrics
from tasks.fraud.provenance import training_provenance
from tasks.fraud.training import Comparison, fit_detector, load_labelled, register_detector, simulate_payments
from tasks.fraud.training_report import publish_training_artifacts, publish_training_files
from tasks.provenance import Provenance
from tasks.run import run_id


class FraudTrainingRequest(BaseModel):
    """What to train the detector on: a file of labelled payments, or the simulator."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=in_declared_order)

    train_uri: SourceUri | None = Field(
        None,
        description="CSV or parquet of labelled payments over at least 45 days: our columns with is_fraud, or the "
        "Fraud Detection Handbook's with TX_FRAUD. Unset: simulated payments.",
        examples=["asset://uploads/3f2a/train.parquet"],
    )
    description: str | None = Field(
        None,
        min_length=1,
        max_length=200,
        description="What the payments of `train_uri` are, for the model card; unset: the uri.",
        examples=["Card payments of 2025, Germany"],
    )
    simulated: bool = Field(
        False, description="Whether the payments of `train_uri` are simulated: verdicts of the model then say so."
    )
    days: int = Field(90, ge=45, le=365, description="Days to simulate.", examples=[90])
    customers: int = Field(2500, ge=100, le=10_000, description="Customers to simulate.", examples=[2500])
    seed: int = Field(0, ge=0, le=2**31 - 1, description="Seed of the simulation and the fit.", examples=[0])
    costs: CostMatrix = Field(CostMatrix(), description="What each mistake costs, in minor units; sets the thresholds.")


class FraudTraining(BaseModel):
    """A trained detector, how it did on a later window, and whether it is the champion now."""

    model_config = ConfigDict(frozen=True, protected_namespaces=())

    run_id: str = Field(description="The flow run.")
    request: FraudTrainingRequest
    model_version: str = Field(description="Version on the model card.", examples=["2026-03-18-1f0c22ab"])
    metrics: dict[Literal["labelled", "unlabelled", "none"], Metrics] = Field(
        description="Measures on the later window, by what is known from before; known compromised cards removed."
    )
    comparison: Comparison
    assets: list[Asset]
    rows: list[Rows] = Field([], description="Training publishes no rows.")
    provenance: Provenance
    warnings: list[str]


@flow(
    name="train-fraud-detector",
    description="Train the fraud detector, measure it on a later window, promote it if it beats the one in use.",
    persist_result=True,
    result_serializer="json",
)
def train_fraud_detector(request: FraudTrainingRequest) -> FraudTraining:
    """A new version in the model registry; the champion when its average precision is better on the same window.

    Raises ValueError when the payments span too few days or lack labels or frauds, `BlockError` when a uri can't be
    read or a store is away.
    """
    payments = (
        load_labelled(request.train_uri, request.description or request.train_uri, simulated=request.simulated)
        if request.train_uri
        else simulate_payments(request.customers, request.days, request.seed)
    )
    training = fit_detector(payments, seed=request.seed, costs=request.costs)
    comparison = register_detector(training)
    assets = publish_training_files(training)
    publish_training_artifacts(training, comparison, assets)
    return FraudTraining(
        run_id=run_id(),
        request=request,
        model_version=training.detector.card.version,
        metrics=training.evaluation.metrics,
        comparison=comparison,
        assets=assets,
        provenance=training_provenance(request, payments, training, seed=request.seed),
        warnings=payments.warnings,
    )
