"""Training a detector: labelled payments, fit, comparison with the one in use, registration."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from uuid import UUID

from prefect import task
from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.cache_policies import NO_CACHE
from pydantic import BaseModel, ConfigDict, Field

from blocks.model_registry import ModelRegistry
from models.fraud.decision import CostMatrix
from tasks.champion import champion
from tasks.fraud.detector import MODEL, Origin, registered_detector, shipped_detector
from tasks.fraud.load import MAX_HISTORY_ROWS, fetch_transactions
from tasks.provenance import code_version

if TYPE_CHECKING:
    from models.fraud.training import Source, Training
    from models.fraud.transactions import Transactions


class LabelledPayments:
    """Payments with labels, where they are from, and what was noticed about them."""

    def __init__(self, transactions: "Transactions", source: "Source", warnings: list[str]) -> None:
        self.transactions = transactions
        self.source = source
        self.warnings = warnings


def load_labelled(uri: str, description: str, *, simulated: bool) -> LabelledPayments:
    """The labelled payments of a file. Raises ValueError when it has none, `TransactionFileError`, `SourceError`."""
    from models.fraud.training import Source  # noqa: PLC0415 - numpy where it is used

    found = fetch_transactions(uri, "train_uri", MAX_HISTORY_ROWS)
    if not found.rows.labelled:
        raise ValueError("train_uri: the file has no labels; add a column is_fraud (or TX_FRAUD) of 0 and 1")
    labelled = found.rows[found.rows.label >= 0]
    if dropped := len(found.rows) - len(labelled):
        found.warnings.append(f"{dropped:,} payments without a label were left out.")
    return LabelledPayments(labelled, Source(description, found.sha256, simulated=simulated), found.warnings)


@task(
    name="simulate-payments",
    description="Payments of simulated customers at simulated terminals, with three kinds of fraud.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def simulate_payments(customers: int, days: int, seed: int) -> LabelledPayments:
    """Simulated payments after the Fraud Detection Handbook; the same for the same arguments."""
    from models.fraud.simulator import simulate  # noqa: PLC0415 - numpy where it is used
    from models.fraud.training import Source  # noqa: PLC0415

    made = simulate(customers=customers, terminals=2 * customers, days=days, seed=seed).transactions
    name = f"own simulator ({customers:,} customers, {days} days, seed {seed})"
    return LabelledPayments(made, Source(name, made.digest(), simulated=True), [])


@task(
    name="fit-detector",
    description="Fit, calibrate and evaluate the detector on a later window.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def fit_detector(payments: LabelledPayments, *, seed: int, costs: CostMatrix) -> "Training":
    """A trained detector with its measures; progress shows on the run's page. Raises as `train_detector` does."""
    from models.fraud.training import train_detector  # noqa: PLC0415 - numpy where it is used

    progress = create_progress_artifact(0.0, key="fraud-training-progress", description="Training the fraud detector")
    if not isinstance(progress, UUID):  # Prefect's type leaves open that it is awaited; in a plain task it is not
        raise TypeError("the progress artifact was not created")

    def show(step: str, share: float) -> None:
        update_progress_artifact(progress, 100 * share, description=f"Training the fraud detector: {step}")

    training = train_detector(payments.transactions, payments.source, seed=seed, costs=costs, on_step=show)
    show("done", 1.0)
    return training


class Comparison(BaseModel):
    """The new detector against the one in use, by average precision on the same later window."""

    model_config = ConfigDict(frozen=True)

    rival: Origin = Field(description="Champion of the registry, or the detector that comes with the code.")
    rival_version: str
    rival_average_precision: float
    average_precision: float
    registry_version: int = Field(description="Number of the new detector in the registry.")
    promoted: bool = Field(description="Whether the new detector is the champion now.")


@task(
    name="register-detector",
    description="Keep the detector in the model registry; make it the champion if it is better than the one in use.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=1,
)
def register_detector(training: "Training") -> Comparison:
    """Register, compare on the later window with labelled history, promote. Raises `ModelRegistryError`.

    A run that is repeated finds its own version and leaves the champion that it made. When another run promotes at the
    same moment (`AliasMoved`) the retry compares with that one.
    """
    from models.fraud.training import evaluate_detector  # noqa: PLC0415 - numpy where it is used

    registry, metrics = ModelRegistry.default(), training.evaluation.metrics["labelled"]
    with TemporaryDirectory(prefix="detector-") as folder:
        files = {path.name: path for path in training.detector.save(Path(folder))}
        version = registry.register(
            MODEL,
            files,
            metrics={name: float(value) for name, value in dict(metrics).items()},
            data_digest=training.detector.card.data.sha256,
            code_version=code_version(),
            description=f"Trained on {training.detector.card.data.source}",
        )
    in_use = champion(MODEL)
    rival = registered_detector(in_use) if in_use else shipped_detector()
    rival_metrics = evaluate_detector(rival, training.views, training.split).metrics["labelled"]
    better = metrics.average_precision > rival_metrics.average_precision
    mine = in_use is not None and in_use.version == version.version
    if better and not mine:
        registry.promote(MODEL, version.version, expected=in_use.version if in_use else None)
    return Comparison(
        rival="champion" if in_use else "shipped",
        rival_version=rival.card.version,
        rival_average_precision=rival_metrics.average_precision,
        average_precision=metrics.average_precision,
        registry_version=version.version,
        promoted=better or mine,
    )
