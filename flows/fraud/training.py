"""The training of the fraud detector."""

from typing import Literal, Self

from prefect import flow
from pydantic import BaseModel, ConfigDict, Field, model_validator

from blocks.asset_store import Asset
from blocks.source import SourceUri
from blocks.warehouse import Rows
from flows.form import in_declared_order
from models.fraud.decision import CostMatrix
from models.fraud.metrics import Metrics
from models.fraud.training_record import Drift, Effort, Fold, GroupMeasure, Tuning
from tasks.fraud.provenance import training_provenance
from tasks.fraud.training import (
    Comparison,
    LabelledPayments,
    fairness,
    fit_detector,
    load_labelled,
    register_detector,
    simulate_payments,
)
from tasks.fraud.training_report import publish_training_artifacts, publish_training_files
from tasks.fraud.training_store import load_stored
from tasks.provenance import Provenance
from tasks.run import run_id


class FraudTrainingRequest(BaseModel):
    """What to train the detector on: a file of labelled payments, the payments judged here, or the simulator."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=in_declared_order)

    train: SourceUri | None = Field(
        None,
        description="CSV or parquet of labelled payments over at least 45 days (with `test`, 5): our columns with "
        "is_fraud, or the Fraud Detection Handbook's (TRANSACTION_ID, TX_DATETIME, CUSTOMER_ID, TERMINAL_ID, "
        "TX_AMOUNT, TX_FRAUD). Unset: simulated payments.",
        examples=["asset://uploads/3f2a/train.parquet"],
    )
    test: SourceUri | None = Field(
        None,
        description="Later payments to score, the same columns; with labels the measures are from them. Nothing is "
        "fitted on them, nor on labels younger than 7 days when they begin. The result names a parquet of "
        "TRANSACTION_ID and SCORE.",
        examples=["asset://uploads/3f2a/test.parquet"],
    )
    group_column: str | None = Field(
        None,
        min_length=1,
        max_length=80,
        description="A column of the files that names a group of people, such as age; measures are then also by group.",
        examples=["age_group"],
    )
    stored: bool = Field(
        False,
        description="In place of `train`: your payments in the payment store, judged in real time or loaded, with the "
        "labels that decided alerts gave them. One that nobody called fraud within 7 days counts as genuine.",
    )
    description: str | None = Field(
        None,
        min_length=1,
        max_length=200,
        description="What the payments of `train` are, for the model card; unset: the uri.",
        examples=["Card payments of 2025, Germany"],
    )
    simulated: bool = Field(
        False, description="Whether the payments of `train` are simulated: verdicts of the model then say so."
    )
    days: int = Field(90, ge=45, le=365, description="Days to simulate.", examples=[90])
    customers: int = Field(2500, ge=100, le=10_000, description="Customers to simulate.", examples=[2500])
    seed: int = Field(0, ge=0, le=2**31 - 1, description="Seed of the simulation and the fit.", examples=[0])
    drift: float = Field(
        0.0, ge=0, le=5, description="By what share of themselves simulated amounts rise until the end.", examples=[0.2]
    )
    tuning_trials: int = Field(
        4,
        ge=0,
        le=100,
        description="Parameter sets to try, the known good one first; below 2 it is taken.",
        examples=[8],
    )
    tuning_seconds: int = Field(
        120, ge=1, le=7200, description="No further set is tried after these; the result says if so.", examples=[300]
    )
    folds: int = Field(
        3, ge=0, le=26, description="Weeks of prequential evaluation before the end of training.", examples=[4]
    )
    forest_trees: int = Field(100, ge=10, le=300, description="Trees of the random forest.", examples=[100])
    costs: CostMatrix = Field(CostMatrix(), description="What each mistake costs, in minor units; sets the thresholds.")

    @model_validator(mode="after")
    def _test_needs_train(self) -> Self:
        if self.train is not None and self.stored:
            raise ValueError("give train or stored, not both")
        if self.train is None and (self.test or self.group_column):
            raise ValueError("test and group_column go with train: name the file to train on")
        return self

    @property
    def effort(self) -> Effort:
        """How much is tried."""
        return Effort(self.tuning_trials, float(self.tuning_seconds), self.folds, self.forest_trees)


class FraudTraining(BaseModel):
    """A trained detector, how it did on a later window, and whether it is the champion now."""

    model_config = ConfigDict(frozen=True, protected_namespaces=())

    run_id: str = Field(description="The flow run.")
    request: FraudTrainingRequest
    model_version: str = Field(description="Version on the model card.", examples=["2026-03-18-1f0c22ab"])
    metrics: dict[Literal["labelled", "unlabelled", "none"], Metrics] = Field(
        description="Measures on the later window, by what is known from before; known compromised cards removed."
    )
    ensemble_metrics: Metrics | None = Field(description="Of booster and random forest together, labelled history.")
    comparison: Comparison
    tuning: Tuning
    folds: list[Fold] = Field(description="Weeks before the later window, each judged by what was known before it.")
    drift: Drift = Field(description="From the calibration week to the later window.")
    groups: list[GroupMeasure] = Field(description="How groups of people fared; empty where none are known.")
    scores: Asset | None = Field(description="Parquet of TRANSACTION_ID and SCORE for `test`; null without it.")
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
    """A new version in the model registry; the champion when it ranks better and costs no more on the same window.

    Raises ValueError when the payments span too few days or lack labels or frauds, `BlockError` when a uri can't be
    read or a store is away.
    """
    payments = _payments(request)
    training = fit_detector(payments, seed=request.seed, costs=request.costs, effort=request.effort)
    groups = fairness(training, payments)
    comparison = register_detector(training)
    files = publish_training_files(training, groups)
    publish_training_artifacts(training, comparison, groups, files.assets)
    return FraudTraining(
        run_id=run_id(),
        request=request,
        model_version=training.detector.card.version,
        metrics=training.evaluation.metrics,
        ensemble_metrics=training.ensemble.card.metrics,
        comparison=comparison,
        tuning=training.tuning,
        folds=training.folds,
        drift=training.drift,
        groups=groups,
        scores=files.scores,
        assets=files.assets,
        provenance=training_provenance(request, payments, training, seed=request.seed),
        warnings=[*payments.warnings, *training.warnings, *(f"drift: {alarm}" for alarm in training.drift.alarms)],
    )


def _payments(request: FraudTrainingRequest) -> LabelledPayments:
    """The payments that the request names."""
    if request.stored:
        return load_stored()
    if request.train is None:
        return simulate_payments(request.customers, request.days, request.seed, request.drift)
    return load_labelled(
        request.train,
        request.description or request.train,
        simulated=request.simulated,
        test=request.test,
        group_column=request.group_column,
    )
