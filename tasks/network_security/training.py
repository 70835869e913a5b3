"""Training a network detector: labelled records, fit, comparison with the one in use, registration."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from uuid import UUID

from prefect import task
from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.cache_policies import NO_CACHE
from pydantic import BaseModel, ConfigDict, Field

from blocks.model_registry import ModelRegistry, ModelVersion
from tasks.champion import champion
from tasks.network_security.detector import (
    SHIPPED_FORMAT,
    Origin,
    model_name,
    registered_detector,
    shipped_detector,
)
from tasks.network_security.load import fetch_traffic
from tasks.network_security.network_file import Format, NetworkFileError
from tasks.network_security.read import Asked
from tasks.network_security.traffic import Traffic
from tasks.provenance import code_version

if TYPE_CHECKING:
    from models.network_security.detector import NetworkDetector
    from models.network_security.training import Training


def load_labelled(uri: str, asked: Asked) -> Traffic:
    """The labelled records of a file. Raises NetworkFileError when it has no labels, `SourceError`."""
    traffic = fetch_traffic(uri, "train_uri", asked)
    if traffic.attack is None:
        raise NetworkFileError(
            f"train_uri: the {traffic.format} records have no labels. NSL-KDD, UNSW-NB15 and CICIDS2017 files have "
            "them; a conn.log may have label and detailed-label as in IoT-23; a capture has none, Zeek's log may"
        )
    return traffic


@task(
    name="fit-network-detector",
    description="Fit the members, hold out attack kinds, set combination and threshold on what was held out.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def fit_detector(traffic: Traffic, description: str, *, seed: int) -> "Training":
    """A trained detector with its measures; progress shows on the run's page. Raises as `train_detector` does."""
    from models.network_security.training import LabelledRecords, train_detector  # noqa: PLC0415 - numpy where used

    progress = create_progress_artifact(0.0, key="network-training-progress", description="Training")
    if not isinstance(progress, UUID):  # Prefect's type leaves open that it is awaited; in a plain task it is not
        raise TypeError("the progress artifact was not created")

    def show(step: str, share: float) -> None:
        update_progress_artifact(progress, 100 * share, description=f"Training the network detector: {step}")

    if traffic.attack is None:
        raise NetworkFileError("the records have no labels")
    records = LabelledRecords(traffic.table, traffic.attack, description, traffic.sha256, traffic.format)
    training = train_detector(records, name=model_name(traffic.format), seed=seed, on_step=show)
    show("done", 1.0)
    return training


class Comparison(BaseModel):
    """The new detector against the one in use, by average precision over attack kinds held out from the new one."""

    model_config = ConfigDict(frozen=True)

    rival: Origin = Field(description="Champion of the registry, the detector that comes with the code, or none.")
    rival_version: str | None
    average_precision: float = Field(description="Of the new detector, on attack kinds that it did not see.")
    rival_average_precision: float | None
    rival_measured: str = Field(description="How the rival's figure came about.")
    registry_version: int = Field(description="Number of the new detector in the registry.")
    promoted: bool = Field(description="Whether the new detector is the champion now.")


@task(
    name="register-network-detector",
    description="Keep the detector in the model registry; make it the champion if it is better than the one in use.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=1,
)
def register_detector(training: "Training", format_: Format) -> Comparison:
    """Register, compare, promote. Raises `ModelRegistryError`.

    A run that is repeated finds its own version and leaves the champion that it made. When another run promotes at the
    same moment (`AliasMoved`) the retry compares with that one.
    """
    registry, card = ModelRegistry.default(), training.detector.card
    with TemporaryDirectory(prefix="network-detector-") as folder:
        files = {path.name: path for path in training.detector.save(Path(folder))}
        version = registry.register(
            card.name,
            files,
            metrics={name: value for name, value in dict(card.metrics).items() if isinstance(value, float)},
            data_digest=card.data.sha256,
            code_version=code_version(),
            description=f"Trained on {card.data.source}",
        )
    in_use = champion(model_name(format_))
    rival, origin = _rival(format_, in_use)
    mine = in_use is not None and in_use.version == version.version
    figure, how = rival_figure(training, rival)
    better = figure is None or card.metrics.average_precision_unseen > figure
    if better and not mine:
        registry.promote(card.name, version.version, expected=in_use.version if in_use else None)
    return Comparison(
        rival=origin,
        rival_version=rival.card.version if rival else None,
        average_precision=card.metrics.average_precision_unseen,
        rival_average_precision=figure,
        rival_measured=how,
        registry_version=version.version,
        promoted=better or mine,
    )


def _rival(format_: Format, in_use: ModelVersion | None) -> tuple["NetworkDetector | None", Origin]:
    if in_use is not None:
        return registered_detector(in_use), "champion"
    return (shipped_detector(), "shipped") if format_ == SHIPPED_FORMAT else (None, "none")


def rival_figure(training: "Training", rival: "NetworkDetector | None") -> tuple[float | None, str]:
    """The rival's average precision over unseen attack kinds, and how it was measured; None where it has none.

    A rival of the same file has a figure by the same protocol. Any other is asked about the held-out records: it
    may have been trained on such attacks, which is to its advantage.
    """
    from models.network_security.evaluation import average_precision_unseen  # noqa: PLC0415 - numpy where it is used

    if rival is None:
        return None, "there is no detector for this format"
    if rival.card.data.sha256 == training.records.sha256:
        return rival.card.metrics.average_precision_unseen, "on its card: same file, same attack kinds held out"
    table = training.records.table
    if rival.card.encoding.space != table.space:
        return None, "it reads other features than these records have"
    scores = rival.judge(table).score[training.future.row]
    how = "asked about the held-out records; it may have been trained on such attacks"
    return average_precision_unseen(training.future, scores), how
