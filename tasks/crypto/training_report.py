"""What a training of forecasters leaves behind: loss curves, cards, and artifacts on the run's page."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from prefect import task
from prefect.artifacts import create_image_artifact, create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from pydantic import BaseModel

from blocks.asset_store import Asset
from tasks.crypto.kept_asset import put_once
from tasks.crypto.training import NetworkComparison, Training
from tasks.crypto.training_candles import TrainingCandles
from tasks.provenance import Provenance, code_version, request_digest

if TYPE_CHECKING:
    from tasks.crypto.window import WindowMetrics

CURVES: Final = "training.png"


@task(
    name="publish-forecaster-files",
    description="Loss curves and the cards of the networks, as assets of the run.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=0.5,
)
def publish_training_files(training: Training, networks: Sequence[NetworkComparison]) -> list[Asset]:
    """The picture first, then a card (JSON) a kind. Raises `AssetStoreError`."""
    from tasks.crypto.training_chart import training_chart  # noqa: PLC0415 - matplotlib where it is used

    return [
        put_once(CURVES, lambda: training_chart(training, networks), "image/png"),
        *(
            put_once(f"{card.kind}-card.json", card.model_dump_json(indent=1).encode, "application/json")
            for card in (found.card for found in training.best)
        ),
    ]


def publish_training_artifacts(networks: Sequence[NetworkComparison], assets: Sequence[Asset]) -> None:
    """Artifacts forecaster-training-metrics (table), -summary (markdown) and -curves (image)."""
    rows = [
        {"network": name, **_row(metrics), "champion": "yes" if won else "no"}
        for one in networks
        for name, metrics, won in (
            (f"{one.kind} {one.version}", one.metrics, one.promoted),
            (f"{one.rival} {one.rival_version}", one.rival_metrics, one.rival == "champion" and not one.promoted),
        )
    ]
    create_table_artifact(rows, key="forecaster-training-metrics", description=f"On {networks[0].window}.")
    create_markdown_artifact(_summary(networks, assets), key="forecaster-training-summary", description="Forecasters")
    curves = next(asset for asset in assets if asset.name == CURVES)
    create_image_artifact(curves.url, key="forecaster-training-curves", description="Loss by epoch, and skill.")


def _row(metrics: "WindowMetrics") -> dict[str, str]:
    return {
        "MAE": f"{metrics.mae:.4f} %",
        "CRPS": f"{metrics.crps:.4f} %",
        "MAE skill": f"{metrics.mae_skill:+.2%}",
        "CRPS skill": f"{metrics.crps_skill:+.2%}",
        "80 % held": f"{metrics.coverage_80:.1%}",
        "95 % held": f"{metrics.coverage_95:.1%}",
    }


def _summary(networks: Sequence[NetworkComparison], assets: Sequence[Asset]) -> str:
    lines = ["# Price forecasters"]
    for one in networks:
        verdict = "is the champion now" if one.promoted else "was not promoted"
        why = f" ({one.refused})" if one.refused else ""
        lines.append(
            f"**{one.kind}** {one.version}, version {one.registry_version} of the registry, {verdict}{why}: CRPS "
            f"{one.metrics.crps:.4f} % against {one.rival_metrics.crps:.4f} % of the {one.rival} ({one.rival_version}) "
            f"on {one.window}, {one.metrics.crps_skill:+.2%} over the random walk; {one.epochs} epochs, "
            f"seed {one.seed}."
        )
    lines.append("Skill of a network here is before its intervals are calibrated on each price's own recent past.")
    return "\n\n".join([*lines, *(f"- [{asset.name}]({asset.url})" for asset in assets)])


def training_provenance(
    request: BaseModel, candles: TrainingCandles, networks: Sequence[NetworkComparison]
) -> Provenance:
    """What the networks were made from."""
    return Provenance(
        code_version=code_version(),
        request_sha256=request_digest(request),
        seed=networks[0].seed,
        model=", ".join(one.kind for one in networks),
        model_version=", ".join(one.version for one in networks),
        data_source=candles.source,
        data_window=candles.window,
        data_sha256=candles.sha256,
    )
