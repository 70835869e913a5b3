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
from models.fraud.training_record import Effort, GroupMeasure
from tasks.champion import champion
from tasks.fraud.detector import MODEL, Origin, registered_detector, shipped_detector
from tasks.fraud.group_column import groups_of
from tasks.fraud.load import MAX_HISTORY_ROWS, fetch_transactions
from tasks.fraud.shadow import CHALLENGER
from tasks.provenance import code_version

if TYPE_CHECKING:
    from models.fraud.detector import FraudDetector
    from models.fraud.training import Evaluation, Source, Training
    from models.fraud.transactions import Transactions


class LabelledPayments:
    """Payments with labels, where they are from, later ones to test on, groups of people, and what was noticed.

    groups: group of a payment's customer by transaction id, empty where none was named.
    """

    def __init__(
        self,
        transactions: "Transactions",
        source: "Source",
        warnings: list[str],
        *,
        test: "Transactions | None" = None,
        groups: dict[str, str] | None = None,
    ) -> None:
        self.transactions = transactions
        self.source = source
        self.warnings = warnings
        self.test = test
        self.groups = groups or {}


def load_labelled(
    uri: str, description: str, *, simulated: bool, test: str | None = None, group_column: str | None = None
) -> LabelledPayments:
    """The labelled payments of a file, and those of another to test on.

    Raises ValueError when the first has no labels, `TransactionFileError`, `SourceError`.
    """
    from models.fraud.training import Source  # noqa: PLC0415 - numpy where it is used

    found = fetch_transactions(uri, "train", MAX_HISTORY_ROWS)
    if not found.rows.labelled:
        raise ValueError("train: the file has no labels; add a column is_fraud (or TX_FRAUD) of 0 and 1")
    labelled, warnings = found.rows[found.rows.label >= 0], [f"train: {warning}" for warning in found.warnings]
    if dropped := len(found.rows) - len(labelled):
        warnings.append(f"train: {dropped:,} payments without a label were left out.")
    later, groups = None, groups_of(uri, group_column) if group_column else {}
    if test:
        fetched = fetch_transactions(test, "test", MAX_HISTORY_ROWS)
        later = fetched.rows
        warnings += [f"test: {warning}" for warning in fetched.warnings]
        groups |= groups_of(test, group_column) if group_column else {}
        if not (later.label == 1).any() or not (later.label == 0).any():
            warnings.append(
                "test: the payments have no labels of both kinds: they are scored, and the measures are from the last "
                "week of the training payments."
            )
    return LabelledPayments(
        labelled, Source(description, found.sha256, simulated=simulated), warnings, test=later, groups=groups
    )


@task(
    name="simulate-payments",
    description="Payments of simulated customers at simulated terminals, with six kinds of fraud.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def simulate_payments(customers: int, days: int, seed: int, drift: float = 0.0) -> LabelledPayments:
    """Simulated payments after the Fraud Detection Handbook; the same for the same arguments."""
    from models.fraud.simulator import simulate  # noqa: PLC0415 - numpy where it is used
    from models.fraud.training import Source  # noqa: PLC0415

    made = simulate(customers=customers, terminals=2 * customers, days=days, seed=seed, drift=drift)
    name = f"own simulator ({customers:,} customers, {days} days, seed {seed}" + (
        f", drift {drift:g})" if drift else ")"
    )
    rows = made.transactions
    groups = dict(zip(rows.transaction_id.astype("U").tolist(), made.group.tolist(), strict=True))
    return LabelledPayments(rows, Source(name, rows.digest(), simulated=True), [], groups=groups)


@task(
    name="fit-detector",
    description="Tune, fit, calibrate and evaluate the detector and its forests on later windows.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def fit_detector(payments: LabelledPayments, *, seed: int, costs: CostMatrix, effort: Effort) -> "Training":
    """A trained detector with its measures; progress shows on the run's page. Raises as `train_detector` does."""
    from models.fraud.training import train_detector  # noqa: PLC0415 - numpy where it is used

    progress = create_progress_artifact(0.0, key="fraud-training-progress", description="Training the fraud detector")
    if not isinstance(progress, UUID):  # Prefect's type leaves open that it is awaited; in a plain task it is not
        raise TypeError("the progress artifact was not created")

    def show(step: str, share: float) -> None:
        update_progress_artifact(progress, 100 * share, description=f"Training the fraud detector: {step}")

    training = train_detector(
        payments.transactions,
        payments.source,
        test=payments.test,
        seed=seed,
        costs=costs,
        effort=effort,
        on_step=show,
    )
    show("done", 1.0)
    return training


def fairness(training: "Training", payments: LabelledPayments) -> list[GroupMeasure]:
    """How groups of people fared on the later window; empty where no groups are known."""
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    from models.fraud.fairness import by_group  # noqa: PLC0415

    if not payments.groups:
        return []
    rows = training.evaluation.rows
    group = np.array([payments.groups.get(str(one), "") for one in rows.transaction_id.tolist()], object)
    review = training.detector.variant("labelled").thresholds.review
    return by_group(group, training.evaluation.scores["labelled"], rows.label == 1, review)


class Shadow(BaseModel):
    """What the new detector would have decided beside the one in use, on the same payments of the later window."""

    model_config = ConfigDict(frozen=True)

    transactions: int
    same_decision: int = Field(description="Payments on which both decide alike.")
    flagged_by_new_only: int = Field(description="Reviewed or blocked by the new one, approved by the other.")
    flagged_by_rival_only: int
    frauds_by_new_only: int = Field(description="Frauds among those that the new one alone flagged.")
    frauds_by_rival_only: int


class Comparison(BaseModel):
    """The new detector against the one in use, by average precision and cost on the same later window."""

    model_config = ConfigDict(frozen=True)

    rival: Origin = Field(description="Champion of the registry, or the detector that comes with the code.")
    rival_version: str
    rival_average_precision: float
    average_precision: float
    rival_cost: int = Field(description="What the rival's decisions would have cost, in minor units.")
    cost: int = Field(description="What the new detector's would have cost; both by the new one's cost matrix.")
    shadow: Shadow
    registry_version: int = Field(description="Number of the new detector in the registry.")
    promoted: bool = Field(description="Whether the new detector is the champion now.")


@task(
    name="register-detector",
    description="Keep the detector in the model registry; make it the champion if it ranks better and costs no more.",
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
        files = {path.name: path for path in training.ensemble.save(Path(folder))}
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
    theirs, mine = evaluate_detector(rival, training.views, training.split), training.evaluation
    rival_metrics, shadow = theirs.metrics["labelled"], _shadow(training, rival, theirs)
    cost, rival_cost = (_cost(training, one, found) for one, found in ((training.detector, mine), (rival, theirs)))
    better = metrics.average_precision > rival_metrics.average_precision and cost <= rival_cost
    in_use_already = in_use is not None and in_use.version == version.version
    if better and not in_use_already:
        registry.promote(MODEL, version.version, expected=in_use.version if in_use else None)
    elif not in_use_already:  # from now on it is asked beside the one in use on whatever that answers
        registry.promote(MODEL, version.version, CHALLENGER)
    return Comparison(
        rival="champion" if in_use else "shipped",
        rival_version=rival.card.version,
        rival_average_precision=rival_metrics.average_precision,
        average_precision=metrics.average_precision,
        rival_cost=rival_cost,
        cost=cost,
        shadow=shadow,
        registry_version=version.version,
        promoted=better or in_use_already,
    )


def _cost(training: "Training", detector: "FraudDetector", found: "Evaluation") -> int:
    thresholds = detector.variant("labelled").thresholds
    rows = found.rows
    return training.detector.card.costs.total(thresholds, found.scores["labelled"], rows.label == 1, rows.amount)


def _shadow(training: "Training", rival: "FraudDetector", theirs: "Evaluation") -> Shadow:
    fraud = theirs.rows.label == 1
    decided = []
    for detector, found in ((training.detector, training.evaluation), (rival, theirs)):
        thresholds, scores = detector.variant("labelled").thresholds, found.scores["labelled"]
        decided.append((scores >= thresholds.review).astype(int) + (scores >= thresholds.block))
    new, old = decided
    only_new, only_old = (new > 0) & (old == 0), (old > 0) & (new == 0)
    return Shadow(
        transactions=len(fraud),
        same_decision=int((new == old).sum()),
        flagged_by_new_only=int(only_new.sum()),
        flagged_by_rival_only=int(only_old.sum()),
        frauds_by_new_only=int((only_new & fraud).sum()),
        frauds_by_rival_only=int((only_old & fraud).sum()),
    )
