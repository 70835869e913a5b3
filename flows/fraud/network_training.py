"""The training of a network detector on labelled records."""

from prefect import flow
from pydantic import BaseModel, ConfigDict, Field

from blocks.asset_store import Asset
from blocks.source import SourceUri
from blocks.warehouse import Rows
from flows.form import in_declared_order
from models.network_security.metrics import Metrics
from tasks.network_security.network_file import Format
from tasks.network_security.provenance import training_provenance
from tasks.network_security.read import Asked
from tasks.network_security.training import Comparison, fit_detector, load_labelled, register_detector
from tasks.network_security.training_report import publish_training_artifacts, publish_training_files
from tasks.provenance import Provenance
from tasks.run import run_id


class NetworkTrainingRequest(BaseModel):
    """Labelled records to train a detector on."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=in_declared_order)

    train_uri: SourceUri = Field(
        description="Labelled records: NSL-KDD, UNSW-NB15 or CICIDS2017 (CSV or parquet), or a conn.log with label and "
        "detailed-label. The detector judges records of that format.",
        examples=["asset://uploads/3f2a/KDDTrain+_20Percent.txt"],
    )
    format: Asked = Field("auto", description="auto tells the format by content and by column names.")
    description: str | None = Field(
        None,
        min_length=1,
        max_length=200,
        description="What traffic it is, for the model card; unset: the uri.",
        examples=["Office network, March 2026, labelled by the SOC"],
    )
    seed: int = Field(0, ge=0, le=2**31 - 1, description="Seed of folds and fits.", examples=[0])


class NetworkTraining(BaseModel):
    """A trained detector, how it did on attack kinds held out from it, and whether it is the champion now."""

    model_config = ConfigDict(frozen=True, protected_namespaces=())

    run_id: str = Field(description="The flow run.")
    request: NetworkTrainingRequest
    format: Format = Field(description="Format of the records, and of those that it judges.")
    model_version: str = Field(description="Version on the model card.", examples=["nsl-kdd-9b2f1c-0a1b2c3d"])
    metrics: Metrics
    threshold: float = Field(description="Probability from which it calls a record an attack.")
    comparison: Comparison
    assets: list[Asset]
    rows: list[Rows] = Field([], description="Training publishes no rows.")
    provenance: Provenance
    warnings: list[str]


@flow(
    name="train-network-detector",
    description="Train a network detector, measure it on attack kinds held out, promote it if it beats the one in use.",
    persist_result=True,
    result_serializer="json",
)
def train_network_detector(request: NetworkTrainingRequest) -> NetworkTraining:
    """A new version in the registry; champion of its format if its average precision on unseen attack kinds is better.

    Raises ValueError when the file lacks labels, attacks or normal records, `BlockError` when the uri can't be read or
    a store is away.
    """
    traffic = load_labelled(request.train_uri, request.format)
    training = fit_detector(traffic, request.description or request.train_uri, seed=request.seed)
    comparison = register_detector(training, traffic.format)
    assets = publish_training_files(training)
    publish_training_artifacts(training, comparison, assets)
    return NetworkTraining(
        run_id=run_id(),
        request=request,
        format=traffic.format,
        model_version=training.detector.card.version,
        metrics=training.metrics,
        threshold=training.detector.card.combination.threshold,
        comparison=comparison,
        assets=assets,
        provenance=training_provenance(request, traffic, training, seed=request.seed),
        warnings=traffic.warnings,
    )
