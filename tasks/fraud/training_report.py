"""What a training leaves behind: its picture, its card, and artifacts on the run's page."""

from typing import TYPE_CHECKING

from prefect import task
from prefect.artifacts import create_image_artifact, create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE

from blocks.asset_store import Asset, AssetStore
from tasks.fraud.training import Comparison
from tasks.run import asset_path

if TYPE_CHECKING:
    from models.fraud.training import Training

CHART, CARD = "training.png", "model-card.json"


@task(
    name="publish-training-files",
    description="Precision-recall and calibration curves, and the model card, as assets of the run.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=0.5,
)
def publish_training_files(training: "Training") -> list[Asset]:
    """The chart (PNG) and the card (JSON). Raises `AssetStoreError`."""
    from tasks.fraud.training_chart import training_chart  # noqa: PLC0415 - drawing is loaded when it is needed

    store, card = AssetStore.default(), training.detector.card.model_dump_json(indent=2).encode()
    return [
        store.put(asset_path(CHART), training_chart(training), "image/png"),
        store.put(asset_path(CARD), card, "application/json"),
    ]


def publish_training_artifacts(training: "Training", comparison: Comparison, assets: list[Asset]) -> None:
    """Measures as a table, what was decided in words, and the chart, on the run's page in the Prefect UI."""
    card = training.detector.card
    table = [
        {
            "history": history,
            **{name: value if isinstance(value, int) else f"{value:.4f}" for name, value in dict(metrics).items()},
            "review from": f"{card.variants[history].thresholds.review:.3f}",
            "block from": f"{card.variants[history].thresholds.block:.3f}",
        }
        for history, metrics in training.evaluation.metrics.items()
    ]
    create_table_artifact(table, key="fraud-training-metrics", description=f"Evaluated on {card.data.evaluated}.")
    create_markdown_artifact(
        _summary(training, comparison, assets), key="fraud-training-summary", description="Fraud detector"
    )
    chart = next(asset for asset in assets if asset.name == CHART)
    create_image_artifact(chart.url, key="fraud-training-curves", description="Precision, recall and calibration.")


def _summary(training: "Training", comparison: Comparison, assets: list[Asset]) -> str:
    card = training.detector.card
    decision = "is the champion now" if comparison.promoted else "was not promoted"
    return "\n\n".join(
        [
            f"# {card.name} {card.version}",
            f"Version {comparison.registry_version} of the registry **{decision}**: average precision "
            f"{comparison.average_precision:.4f} against {comparison.rival_average_precision:.4f} of the "
            f"{comparison.rival} detector ({comparison.rival_version}) on the same later window.",
            f"Trained on `{card.data.source}`: {card.data.transactions:,} payments, {card.data.frauds:,} frauds; "
            f"fitted on {card.data.fitted}, calibrated on {card.data.calibrated}, evaluated on {card.data.evaluated}.",
            *(f"- [{asset.name}]({asset.url}) ({asset.bytes:,} bytes)" for asset in assets),
        ]
    )
