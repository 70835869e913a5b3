"""What a batch of predictions leaves behind: every quantile as parquet, rows in the warehouse, a table."""

from collections import Counter
from collections.abc import Sequence
from io import BytesIO
from typing import Any, Final

from prefect import task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from pydantic import BaseModel

from blocks.asset_store import Asset, AssetStore
from blocks.exchange.candles import moment
from blocks.warehouse import Rows, Warehouse
from models.forecasting import LEVELS, Forecast
from tasks.crypto.batch import BatchForecast
from tasks.crypto.forecasters import ModelFacts
from tasks.provenance import Provenance, code_version, request_digest
from tasks.run import asset_path, run_id

FORECASTS: Final = "forecasts.parquet"
SHOWN: Final = 200  # rows of the table artifact; the parquet has all
INTERVALS: Final = {"median": 0.5, "lower_80": 0.1, "upper_80": 0.9, "lower_95": 0.025, "upper_95": 0.975}


@task(
    name="publish-batch-files",
    description="Every quantile of every forecast as parquet.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=0.5,
)
def publish_batch_files(batch: BatchForecast) -> list[Asset]:
    """symbol, issued_at, step, target_time, q0.025 … q0.975, last_close, model, model_version: one row a step."""
    import numpy as np  # noqa: PLC0415 - numpy where it is used
    import pyarrow as pa  # noqa: PLC0415 - pyarrow where it is used
    import pyarrow.parquet as pq  # noqa: PLC0415

    found = [(symbol, batch.assessed[symbol].forecast) for symbol in sorted(batch.assessed)]
    steps = len(found[0][1].time)
    stamp = pa.timestamp("ms", tz="UTC")
    quantiles = np.concatenate([forecast.quantiles for _, forecast in found])

    def each(values: Sequence[Any]) -> list[Any]:
        return [value for value in values for _ in range(steps)]

    table = pa.table(
        {
            "symbol": pa.array(each([symbol for symbol, _ in found]), pa.string()),
            "issued_at": pa.array(np.repeat([forecast.issued_at for _, forecast in found], steps), stamp),
            "step": pa.array(np.tile(np.arange(1, steps + 1, dtype=np.int32), len(found)), pa.int32()),
            "target_time": pa.array(np.concatenate([forecast.time for _, forecast in found]), stamp),
            **{f"q{level:g}": pa.array(quantiles[:, k]) for k, level in enumerate(LEVELS)},
            "last_close": pa.array(each([forecast.last_close for _, forecast in found]), pa.float64()),
            "model": pa.array(each([forecast.model for _, forecast in found]), pa.string()),
            "model_version": pa.array(each([forecast.model_version for _, forecast in found]), pa.string()),
        }
    )
    output = BytesIO()
    pq.write_table(table, output, compression="zstd")
    return [AssetStore.default().put(asset_path(FORECASTS), output.getvalue(), "application/vnd.apache.parquet")]


@task(
    name="publish-batch-rows",
    description="The forecasts as rows of price_forecasts.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=0.5,
)
def publish_batch_rows(batch: BatchForecast) -> Rows:
    """One row a coin and step. Raises `WarehouseError`."""
    from blocks.warehouse.tables import price_forecasts  # noqa: PLC0415 - SQLAlchemy where it is used

    run = run_id()
    rows = [row for symbol in sorted(batch.assessed) for row in _rows(batch, symbol, run)]
    return Warehouse.default().publish(price_forecasts, rows, run_id=run)


def _rows(batch: BatchForecast, symbol: str, run: str) -> list[dict[str, Any]]:
    candles, forecast = batch.markets.candles[symbol], batch.assessed[symbol].forecast
    quantiles, walk = forecast.quantiles.tolist(), batch.random_walk[symbol].quantiles.tolist()
    ends = {name: LEVELS.index(level) for name, level in INTERVALS.items()}
    shared = {
        "run_id": run,
        "symbol": candles.symbol,
        "quote": candles.quote,
        "timeframe": candles.timeframe,
        "exchange": candles.exchange,
        "issued_at": moment(forecast.issued_at),
        "model": forecast.model,
        "model_version": forecast.model_version,
        "data_source": candles.source,
        "last_close": forecast.last_close,
    }
    return [
        {
            **shared,
            "step": h + 1,
            "target_time": moment(forecast.time[h]),
            **{name: quantiles[h][k] for name, k in ends.items()},
            "quantiles": quantiles[h],
            "random_walk_quantiles": walk[h],
        }
        for h in range(len(forecast.time))
    ]


def publish_batch_artifacts(batch: BatchForecast, assets: Sequence[Asset]) -> None:
    """Artifacts price-forecasts (table, the first 200 coins) and price-batch-summary (markdown)."""
    coins = batch.coins
    told = f"{len(coins)} coins, candles of {batch.markets.timeframe} from {batch.markets.source}"
    table = [
        {
            "coin": one.symbol,
            "last close": float(f"{one.last_close:.8g}"),
            "at (UTC)": f"{one.target_time:%Y-%m-%d %H:%M}",
            **{name: float(f"{getattr(one, name):.8g}") for name in INTERVALS},
            "model": one.model,
            "CRPS skill": "unknown" if one.crps_skill is None else f"{one.crps_skill:+.1%}",
        }
        for one in coins[:SHOWN]
    ]
    create_table_artifact(table, key="price-forecasts", description=told)
    models = Counter(one.model for one in coins)
    lines = [
        f"# {told}\n",
        *(f"- {count:,} by {model}" for model, count in models.most_common()),
        *(f"- {warning}" for warning in batch.warnings),
        *(f"- {one.symbol}: {one.reason}" for one in batch.left_out[:SHOWN]),
        *(f"\n[{asset.name}]({asset.url}): every quantile of every step" for asset in assets),
    ]
    create_markdown_artifact("\n".join(lines), key="price-batch-summary", description=told)


def batch_provenance(request: BaseModel, batch: BatchForecast, facts: ModelFacts) -> Provenance:
    """What the forecasts were made from."""
    forecasts: list[Forecast] = [found.forecast for found in batch.assessed.values()]
    start = min(candles.start for candles in batch.markets.candles.values())
    end = moment(max(forecast.issued_at for forecast in forecasts))
    return Provenance(
        code_version=code_version(),
        request_sha256=request_digest(request),
        model=facts.name,
        model_version=facts.version,
        weights_sha256=facts.weights_sha256,
        data_source=batch.markets.source,
        data_window=f"{start:%Y-%m-%dT%H:%M:%SZ}/{end:%Y-%m-%dT%H:%M:%SZ}",
        data_sha256=batch.markets.sha256,
    )
