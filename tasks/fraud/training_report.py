"""What a training leaves behind: its picture, its card, and artifacts on the run's page."""

from typing import TYPE_CHECKING

from prefect import task
from prefect.artifacts import create_image_artifact, create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE

from blocks.asset_store import Asset, AssetStore
from models.fraud.metrics import Metrics
from models.fraud.training_record import GroupMeasure
from tasks.fraud.publish import plain
from tasks.fraud.training import Comparison
from tasks.run import asset_path

if TYPE_CHECKING:
    from models.fraud.training import TestScores, Training

CHART, CARD, SCORES = "training.png", "model-card.json", "scores.parquet"


class TrainingFiles:
    """What a training stored: all its assets, and the scores of the test file if there was one."""

    def __init__(self, assets: list[Asset], scores: Asset | None) -> None:
        self.assets = assets
        self.scores = scores


@task(
    name="publish-training-files",
    description="Curves, the model card, and the scores of the test payments, as assets of the run.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=0.5,
)
def publish_training_files(training: "Training", groups: list[GroupMeasure]) -> TrainingFiles:
    """The chart (PNG), the card (JSON), and for a test file its scores (parquet). Raises `AssetStoreError`."""
    from tasks.fraud.training_chart import training_chart  # noqa: PLC0415 - drawing is loaded when it is needed

    store, card = AssetStore.default(), training.detector.card.model_dump_json(indent=2).encode()
    assets = [
        store.put(asset_path(CHART), training_chart(training, groups), "image/png"),
        store.put(asset_path(CARD), card, "application/json"),
    ]
    if training.test is None:
        return TrainingFiles(assets, None)
    scores = store.put(asset_path(SCORES), scores_parquet(training.test), "application/vnd.apache.parquet")
    return TrainingFiles([*assets, scores], scores)


def scores_parquet(test: "TestScores") -> bytes:
    """TRANSACTION_ID (as whole numbers where all are, as in the handbook's files) and SCORE, a row each payment."""
    import io  # noqa: PLC0415 - beside what uses it

    import pyarrow as pa  # noqa: PLC0415 - pyarrow where it is used
    import pyarrow.parquet as pq  # noqa: PLC0415

    ids = [str(one) for one in test.transaction_id.tolist()]
    whole = all(one.isascii() and one.isdigit() and len(one) < 19 and str(int(one)) == one for one in ids)
    column = pa.array([int(one) for one in ids], pa.int64()) if whole else pa.array(ids, pa.string())
    written = io.BytesIO()
    pq.write_table(pa.table({"TRANSACTION_ID": column, "SCORE": pa.array(test.score)}), written, compression="zstd")
    return written.getvalue()


def publish_training_artifacts(
    training: "Training", comparison: Comparison, groups: list[GroupMeasure], assets: list[Asset]
) -> None:
    """Measures as a table, what was decided in words, and the chart, on the run's page in the Prefect UI."""
    card = training.detector.card
    table = [
        {
            "history": history,
            **_shown(metrics),
            "review from": f"{card.variants[history].thresholds.review:.3f}",
            "block from": f"{card.variants[history].thresholds.block:.3f}",
        }
        for history, metrics in training.evaluation.metrics.items()
    ]
    forests = training.ensemble.card
    for name, metrics in (
        ("labelled, with forest", forests.metrics),
        ("labelled, forest alone", forests.forest_metrics),
    ):
        if metrics is not None:
            table.append({"history": name, **_shown(metrics)})
    table += [{"history": f"labelled, week {fold.judged} before", **_shown(fold.metrics)} for fold in training.folds]
    create_table_artifact(table, key="fraud-training-metrics", description=f"Evaluated on {card.data.evaluated}.")
    create_markdown_artifact(
        _summary(training, comparison, groups, assets), key="fraud-training-summary", description="Fraud detector"
    )
    chart = next(asset for asset in assets if asset.name == CHART)
    create_image_artifact(chart.url, key="fraud-training-curves", description="Precision, recall and calibration.")


def _shown(metrics: Metrics) -> dict[str, int | str]:
    return {name: value if isinstance(value, int) else f"{value:.4f}" for name, value in dict(metrics).items()}


def _summary(training: "Training", comparison: Comparison, groups: list[GroupMeasure], assets: list[Asset]) -> str:
    card, drift, tuning, shadow = training.detector.card, training.drift, training.tuning, comparison.shadow
    decision = "is the champion now" if comparison.promoted else "was not promoted"
    lines = [
        f"# {card.name} {card.version}",
        f"Version {comparison.registry_version} of the registry **{decision}**: average precision "
        f"{comparison.average_precision:.4f} against {comparison.rival_average_precision:.4f}, decisions that would "
        f"have cost {comparison.cost / 100:,.2f} against {comparison.rival_cost / 100:,.2f}, of the "
        f"{comparison.rival} detector ({comparison.rival_version}) on the same later window.",
        f"In the shadow of the other: {shadow.same_decision:,} of {shadow.transactions:,} decisions alike; it alone "
        f"flagged {shadow.flagged_by_new_only:,} ({shadow.frauds_by_new_only:,} frauds), the other alone "
        f"{shadow.flagged_by_rival_only:,} ({shadow.frauds_by_rival_only:,} frauds).",
        f"Trained on `{card.data.source}`: {card.data.transactions:,} payments, {card.data.frauds:,} frauds; "
        f"fitted on {card.data.fitted}, calibrated on {card.data.calibrated}, evaluated on {card.data.evaluated}.",
        f"Tuning: {tuning.trials} parameter sets in {tuning.seconds:.0f} s"
        + (", cut short by its budget." if tuning.cut_short else "."),
        "## Drift",
        "\n".join(f"- {alarm}" for alarm in drift.alarms) or "No alarm.",
        "## Files",
        "\n".join(f"- `{name}` sha256 `{digest}`" for name, digest in _digests(training).items()),
        "\n".join(f"- [{asset.name}]({asset.url}) ({asset.bytes:,} bytes)" for asset in assets),
    ]
    if groups:
        rows = [
            f"| {plain(one.group)} | {one.transactions:,} | {one.frauds:,} | {_percent(one.recall)} | "
            f"{_percent(one.false_alarms)} |"
            for one in groups
        ]
        head = ["| group | payments | frauds | frauds flagged | genuine flagged |", "|---|---|---|---|---|"]
        lines += ["## By group", "\n".join(head + rows)]
    if training.warnings:
        lines += ["## Mind", "\n".join(f"- {plain(warning)}" for warning in training.warnings)]
    return "\n\n".join(lines)


def _digests(training: "Training") -> dict[str, str]:
    return {**training.detector.card.sha256, **training.ensemble.card.sha256}


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.2%}"
