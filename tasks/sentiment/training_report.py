"""What a training leaves behind: its picture, its card, and artifacts on the run's page."""

from typing import TYPE_CHECKING, Any, Final

from prefect import task
from prefect.artifacts import create_image_artifact, create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE

from blocks.asset_store import Asset, AssetStore
from models.sentiment.card import SentimentCard
from models.sentiment.label import LABELS
from tasks.run import asset_path
from tasks.sentiment.page import plain
from tasks.sentiment.training import ClassifierComparison

if TYPE_CHECKING:
    from models.sentiment.learning import Training

CHART, CARD = "confusion.png", "model-card.json"
BAR: Final = 0.77  # macro-F1 on unseen posts that the project asks for


@task(
    name="publish-training-files",
    description="Confusion matrix and model card as assets of the run.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=0.5,
)
def publish_training_files(training: "Training") -> list[Asset]:
    """The picture (PNG) and the card (JSON). Raises `AssetStoreError`."""
    from tasks.sentiment.confusion_chart import confusion_chart  # noqa: PLC0415 - matplotlib where it is used

    store, card = AssetStore.default(), training.classifier.card
    return [
        store.put(asset_path(CHART), confusion_chart(card), "image/png"),
        store.put(asset_path(CARD), card.model_dump_json(indent=2).encode(), "application/json"),
    ]


def publish_training_artifacts(card: SentimentCard, comparison: ClassifierComparison, assets: list[Asset]) -> None:
    """Measures as a table, what was decided in words, and the picture, on the run's page in the Prefect UI."""
    told = f"{card.variant} on {card.measures.posts:,} posts held out."
    create_table_artifact(_table(card, comparison), key="sentiment-training-measures", description=told)
    create_markdown_artifact(_summary(card, comparison, assets), key="sentiment-training-summary", description=told)
    chart = next(asset for asset in assets if asset.name == CHART)
    create_image_artifact(chart.url, key="sentiment-training-confusion", description=told)


def training_warnings(card: SentimentCard) -> list[str]:
    """What a reader of the training should know."""
    measures, warnings = card.measures, []
    if measures.macro_f1.value < BAR:
        warnings.append(f"Macro-F1 {measures.macro_f1.value:.3f} on unseen posts is below {BAR}.")
    if measures.macro_f1.lower <= measures.constant_macro_f1:
        warnings.append("It is not clearly better than always saying the most frequent label.")
    return warnings


def _table(card: SentimentCard, comparison: ClassifierComparison) -> list[dict[str, Any]]:
    measures = card.measures
    rival = comparison.rival_macro_f1
    rows: list[tuple[str, float, float | None, float | None, float | None]] = [
        ("new", measures.macro_f1.value, measures.macro_f1.lower, measures.macro_f1.upper, measures.accuracy),
        (f"{comparison.rival} {comparison.rival_version}", rival.value, rival.lower, rival.upper, None),
        ("always the same", measures.constant_macro_f1, None, None, measures.constant_accuracy),
    ]
    return [
        {
            "classifier": name,
            "macro-F1": _figure(value),
            "95 % interval": "" if lower is None or upper is None else f"{lower:.3f} to {upper:.3f}",
            "accuracy": _figure(accuracy),
        }
        for name, value, lower, upper, accuracy in rows
    ]


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _summary(card: SentimentCard, comparison: ClassifierComparison, assets: list[Asset]) -> str:
    decision = "is the champion now" if comparison.promoted else "was not promoted"
    data, measures = card.data, card.measures
    return "\n\n".join(
        [
            f"# {card.name} {card.version} ({card.variant})",
            f"Version {comparison.registry_version} of the registry **{decision}**: macro-F1 "
            f"{comparison.macro_f1.value:.4f} against {comparison.rival_macro_f1.value:.4f} of the {comparison.rival} "
            f"classifier ({comparison.rival_version}) on the same {measures.posts:,} posts held out.",
            f"Trained on {plain(data.source)}: {data.posts:,} posts, {data.trained_on:,} to train, {data.held_out:,} "
            f"held out; {data.duplicates:,} near-duplicates stay on one side.",
            "| Label | Posts | F1 |\n|---|--:|--:|\n"
            + "\n".join(f"| {label} | {data.by_label[label]:,} | {measures.f1[label]:.3f} |" for label in LABELS),
            f"Accuracy {measures.accuracy:.3f} (always the same: {measures.constant_accuracy:.3f}); log loss "
            f"{measures.log_loss:.3f}; calibration error {measures.calibration_error:.3f}.",
            "\n".join(f"- {plain(limit)}" for limit in card.limits),
            " · ".join(f"[{asset.name}]({asset.url})" for asset in assets),
        ]
    )
