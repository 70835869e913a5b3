"""What a backtest leaves behind: every forecast as parquet, measures, a picture, and artifacts on the run's page."""

import json
from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Final

from prefect import task
from prefect.artifacts import create_image_artifact, create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE

from blocks.asset_store import Asset, AssetStore
from tasks.crypto.backtest import BacktestRun
from tasks.run import asset_path

if TYPE_CHECKING:
    import pyarrow as pa

    from models.forecasting.backtest import Walked

FORECASTS: Final = "forecasts.parquet"
CHART: Final = "backtest.png"


@task(
    name="publish-backtest-files",
    description="Every forecast as parquet, the measures as JSON, and the picture, as assets of the run.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=0.5,
)
def publish_backtest_files(run: BacktestRun) -> list[Asset]:
    """forecasts.parquet, metrics.json, backtest.png. Raises `AssetStoreError`."""
    from tasks.crypto.backtest_chart import backtest_chart  # noqa: PLC0415 - matplotlib where it is used

    store = AssetStore.default()
    metrics = json.dumps([one.model_dump(mode="json") for one in run.metrics], indent=1).encode()
    return [
        store.put(asset_path(FORECASTS), forecasts_parquet(run), "application/vnd.apache.parquet"),
        store.put(asset_path("metrics.json"), metrics, "application/json"),
        store.put(asset_path(CHART), backtest_chart(run), "image/png"),
    ]


def forecasts_parquet(run: BacktestRun) -> bytes:
    """symbol, issued_at, step, target_time, q0.025 … q0.975, actual, model: one row a step of a forecast.

    Prices; times in UTC. A step whose price is not known, as in a gap, has a null in `actual`.
    """
    import pyarrow as pa  # noqa: PLC0415 - pyarrow where it is used
    import pyarrow.parquet as pq  # noqa: PLC0415

    output = BytesIO()
    pq.write_table(pa.concat_tables([_table(one) for one in run.forecasts]), output, compression="zstd")
    return output.getvalue()


def _table(walk: "Walked") -> "pa.Table":
    import numpy as np  # noqa: PLC0415 - numpy where it is used
    import pyarrow as pa  # noqa: PLC0415

    from models.forecasting import LEVELS  # noqa: PLC0415

    horizon = walk.came.shape[1]
    known = np.isfinite(walk.quantiles).all(axis=(1, 2))
    origins = walk.origins[known]
    count = len(origins) * horizon
    last = walk.series.close[origins][:, None]
    issued = walk.series.time[origins].astype("datetime64[ms]")
    steps = np.arange(1, horizon + 1, dtype=np.int32)
    prices = last[..., None] * np.exp(walk.quantiles[known])
    actual = (last * np.exp(walk.came[known])).ravel()
    stamp = pa.timestamp("ms", tz="UTC")
    return pa.table(
        {
            "symbol": pa.array([walk.symbol] * count, pa.string()),
            "issued_at": pa.array(np.repeat(issued, horizon), stamp),
            "step": pa.array(np.tile(steps, len(origins)), pa.int32()),
            "target_time": pa.array((issued[:, None] + steps * walk.series.step).ravel().astype(issued.dtype), stamp),
            **{f"q{level:g}": pa.array(prices[..., k].ravel()) for k, level in enumerate(LEVELS)},
            "actual": pa.array(actual, mask=~np.isfinite(actual)),
            "model": pa.array([walk.model] * count, pa.string()),
        }
    )


def publish_backtest_artifacts(run: BacktestRun, assets: Sequence[Asset]) -> None:
    """Artifacts backtest-metrics (table), backtest-summary (markdown) and backtest-chart (image)."""
    told = (
        f"{run.symbols} coins, {run.start:%Y-%m-%d} to {run.end:%Y-%m-%d} UTC, {run.horizon} steps of {run.timeframe}"
    )
    create_table_artifact(_rows(run), key="backtest-metrics", description=told)
    create_markdown_artifact(_summary(run, told, assets), key="backtest-summary", description=told)
    chart = next(asset for asset in assets if asset.name == CHART)
    create_image_artifact(chart.url, key="backtest-chart", description=told)


def _rows(run: BacktestRun) -> list[dict[str, str]]:
    return [
        {
            "model": one.model,
            "MAE": f"{one.mae:.4f} %",
            "MASE": "unknown" if one.mase is None else f"{one.mase:.4f}",
            "CRPS": f"{one.crps:.4f} %",
            "CRPS skill": f"{one.crps_skill:+.2%}",
            "80 % held": f"{one.coverage_80:.1%}",
            "95 % held": f"{one.coverage_95:.1%}",
            "width 80 %": f"{one.width_80:.2f} %",
            "p": "" if one.crps_significance is None else f"{one.crps_significance:.3f}",
        }
        for one in run.metrics
    ]


def _summary(run: BacktestRun, told: str, assets: Sequence[Asset]) -> str:
    rows = _rows(run)
    lines = [
        f"# Backtest\n\n{told}. Each forecast knows only what came before it. Skill is over the plain random walk; p "
        "is the chance of a difference in CRPS as large as this if there were none.\n",
        "| " + " | ".join(rows[0]) + " |",
        "|---" + "|--:" * (len(rows[0]) - 1) + "|",
        *("| " + " | ".join(row.values()) + " |" for row in rows),
        *(f"\n- {warning}" for warning in run.warnings),
        "\n" + " · ".join(f"[{asset.name}]({asset.url})" for asset in assets),
    ]
    return "\n".join(lines)
