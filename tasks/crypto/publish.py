"""What a prediction leaves behind: files, rows, and artifacts on the run's page."""

import csv
import io
import json
from typing import Any, Final

from prefect import task
from prefect.artifacts import create_image_artifact, create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE

from blocks.asset_store import Asset, AssetStore
from blocks.warehouse import Rows, Warehouse
from models.forecasting import LEVELS
from tasks.crypto.forecast import ForecastStep, Outlook
from tasks.crypto.market import CANDLES, Market
from tasks.crypto.stored_sentiment import StoredSentiment
from tasks.crypto.summary import summary
from tasks.run import asset_path, run_id

CHART: Final = "price-chart.png"


@task(
    name="publish-forecast-files",
    description="The picture, the forecast as JSON and CSV, and the candles it was made from, as assets of the run.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=0.5,
)
def publish_files(market: Market, outlook: Outlook) -> list[Asset]:
    """Chart first, then JSON (with all quantiles), CSV and the candles. Raises `AssetStoreError`."""
    from tasks.crypto.chart import price_chart  # noqa: PLC0415 - matplotlib is loaded when something is drawn

    store = AssetStore.default()
    return [
        store.put(asset_path(CHART), price_chart(market, outlook), "image/png"),
        store.put(asset_path("forecast.json"), forecast_json(market, outlook), "application/json"),
        store.put(asset_path("forecast.csv"), forecast_csv(outlook), "text/csv"),
        Asset(**store.stat(asset_path(CANDLES)).model_dump(include=set(Asset.model_fields))),
    ]


@task(
    name="publish-forecast-rows",
    description="The forecast as rows of price_forecasts.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=0.5,
)
def publish_rows(market: Market, outlook: Outlook) -> Rows:
    """One row a step. Raises `WarehouseError`."""
    from blocks.warehouse.tables import price_forecasts  # noqa: PLC0415 - SQLAlchemy where it is used

    run, candles, forecast = run_id(), market.candles, outlook.forecast
    rows = [
        {
            "run_id": run,
            "step": number,
            "symbol": candles.symbol,
            "quote": candles.quote,
            "timeframe": candles.timeframe,
            "exchange": candles.exchange,
            "issued_at": outlook.issued_at,
            "target_time": step.time,
            **step.model_dump(exclude={"time", "levels"}),
            "model": forecast.model,
            "model_version": forecast.model_version,
            "data_source": candles.source,
            "last_close": forecast.last_close,
            "quantiles": forecast.quantiles[number - 1].tolist(),
            "random_walk_quantiles": outlook.random_walk.quantiles[number - 1].tolist(),
        }
        for number, step in enumerate(outlook.steps, 1)
    ]
    return Warehouse.default().publish(price_forecasts, rows, run_id=run)


@task(
    name="publish-forecast-artifacts",
    description="Table, summary and picture on the run's page.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def publish_artifacts(
    market: Market,
    outlook: Outlook,
    assets: list[Asset],
    warnings: list[str],
    sentiment: StoredSentiment | None = None,
) -> None:
    """Artifacts price-forecast (table), price-summary (markdown) and price-chart (image)."""
    pair = f"{market.candles.symbol}/{market.candles.quote}"
    told = f"{pair}, {market.candles.timeframe}. Data: {market.data_source}."
    create_table_artifact(_table(outlook.steps), key="price-forecast", description=told)
    text = summary(market, outlook, assets, warnings, sentiment)
    create_markdown_artifact(text, key="price-summary", description=told)
    chart = next(asset for asset in assets if asset.name == CHART)
    create_image_artifact(chart.url, key="price-chart", description=told)


def forecast_json(market: Market, outlook: Outlook) -> bytes:
    """The forecast with every quantile, and where it comes from."""
    candles, forecast = market.candles, outlook.forecast
    document = {
        "symbol": candles.symbol,
        "quote": candles.quote,
        "timeframe": candles.timeframe,
        "issued_at": outlook.issued_at.isoformat(),
        "last_close": forecast.last_close,
        "model": forecast.model,
        "model_version": forecast.model_version,
        "data_source": market.data_source,
        "data_window": candles.window,
        "data_sha256": candles.digest,
        "levels": LEVELS,
        "forecast": [
            {"step": number, "time": step.time.isoformat(), "quantiles": quantiles}
            for number, (step, quantiles) in enumerate(
                zip(outlook.steps, forecast.quantiles.tolist(), strict=True), start=1
            )
        ],
    }
    return json.dumps(document, indent=1).encode()


def forecast_csv(outlook: Outlook) -> bytes:
    """One line a step: time and the quantiles q0.025 to q0.975, in full precision."""
    output = io.StringIO(newline="")
    lines = csv.writer(output, lineterminator="\n")
    lines.writerow(["step", "time", *(f"q{level:g}" for level in LEVELS)])
    for number, (step, quantiles) in enumerate(
        zip(outlook.steps, outlook.forecast.quantiles.tolist(), strict=True), start=1
    ):
        lines.writerow([number, step.time.isoformat(), *quantiles])
    return output.getvalue().encode()


def _table(steps: list[ForecastStep]) -> list[dict[str, Any]]:
    return [
        {
            "time (UTC)": f"{step.time:%Y-%m-%d %H:%M}",
            **{name: _short(price) for name, price in step.model_dump(exclude={"time", "levels"}).items()},
            **{
                f"{end}_{level}": _short(getattr(interval, end))
                for level, interval in step.levels.items()
                for end in ("lower", "upper")
            },
        }
        for step in steps
    ]


def _short(price: float) -> float:
    return float(f"{price:.8g}")
