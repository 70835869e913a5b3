"""What a training leaves behind: its picture, its card, and artifacts on the run's page."""

from typing import TYPE_CHECKING

from prefect import task
from prefect.artifacts import create_image_artifact, create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE

from blocks.asset_store import Asset, AssetStore
from tasks.network_security.publish import plain
from tasks.network_security.training import Comparison
from tasks.run import asset_path

if TYPE_CHECKING:
    from models.network_security.training import Training

CHART, CARD = "network-training.png", "network-model-card.json"


@task(
    name="publish-network-training-files",
    description="What was found of each held-out attack, precision against recall, and the model card, as assets.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=0.5,
)
def publish_training_files(training: "Training") -> list[Asset]:
    """The chart (PNG) and the card (JSON). Raises `AssetStoreError`."""
    from tasks.network_security.training_picture import training_picture  # noqa: PLC0415 - drawing when it is needed

    store, card = AssetStore.default(), training.detector.card.model_dump_json(indent=2).encode()
    return [
        store.put(asset_path(CHART), training_picture(training), "image/png"),
        store.put(asset_path(CARD), card, "application/json"),
    ]


def publish_training_artifacts(training: "Training", comparison: Comparison, assets: list[Asset]) -> None:
    """Held-out attacks as a table, what was decided in words, and the chart, on the run's page in the Prefect UI."""
    table = [
        {
            "attack": plain(one.attack),
            "class": plain(one.attack_class),
            "records": one.records,
            "found": f"{one.found:.1%}",
            "by trees alone": f"{one.found_by_trees:.1%}",
        }
        for one in training.metrics.held_out
    ]
    create_table_artifact(
        table, key="network-training-held-out", description="Each attack judged by a model that never saw its kind."
    )
    create_markdown_artifact(
        _summary(training, comparison, assets), key="network-training-summary", description="Network detector"
    )
    chart = next(asset for asset in assets if asset.name == CHART)
    create_image_artifact(chart.url, key="network-training-picture", description="Held-out attacks.")


def _summary(training: "Training", comparison: Comparison, assets: list[Asset]) -> str:
    card, metrics = training.detector.card, training.metrics
    rival = (
        "no rival"
        if comparison.rival_average_precision is None
        else f"{comparison.rival_average_precision:.4f} of {comparison.rival} {comparison.rival_version}"
    )
    return "\n\n".join(
        [
            f"# {card.name} {card.version}",
            f"**It {'is the champion now' if comparison.promoted else 'was not promoted'}** (registry version "
            f"{comparison.registry_version}): average precision on unseen attack kinds "
            f"{comparison.average_precision:.4f} against {rival} ({comparison.rival_measured}).",
            f"Found of unseen kinds {metrics.found_unseen:.1%}, of known kinds {metrics.found_known:.1%}; false alarms "
            f"{metrics.false_alarms:.1%} on ordinary, {metrics.false_alarms_changed:.1%} on changed normal records. "
            f"Accuracy {metrics.accuracy:.1%}; of the trees alone at 0.5 {metrics.accuracy_of_trees:.1%}.",
            f"Trained on {plain(card.data.source)}: {card.data.records:,} records.",
            card.limits,
            *(f"- [{asset.name}]({asset.url}) ({asset.bytes:,} bytes)" for asset in assets),
        ]
    )
