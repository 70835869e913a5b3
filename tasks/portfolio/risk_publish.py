"""What an assessment leaves behind: files, rows, and artifacts on the run's page."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from prefect import task
from prefect.artifacts import create_image_artifact, create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE

from blocks.asset_store import Asset, AssetStore
from blocks.warehouse import Rows, Warehouse
from tasks.portfolio.history import HISTORY, History
from tasks.portfolio.risk import RiskReport
from tasks.run import asset_path, run_id

CHART: Final = "portfolio-risk.png"
DOCUMENT: Final = "portfolio-risk.json"
REPORTED: Final = ("coins", "tails", "volatility", "drawdown", "correlation", "stress", "records")


@task(
    name="publish-risk-files",
    description="The picture, every figure as JSON, and the candles behind them, as assets of the run.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=0.5,
)
def publish_risk_files(history: History, report: RiskReport) -> list[Asset]:
    """Picture first, then JSON and the candles. Raises `AssetStoreError`."""
    from tasks.portfolio.risk_chart import risk_chart  # noqa: PLC0415 - matplotlib is loaded when something is drawn

    store = AssetStore.default()
    return [
        store.put(asset_path(CHART), risk_chart(history, report), "image/png"),
        store.put(asset_path(DOCUMENT), risk_json(history, report), "application/json"),
        Asset(**store.stat(asset_path(HISTORY)).model_dump(include=set(Asset.model_fields))),
    ]


@task(
    name="publish-risk-rows",
    description="Every figure as a row of portfolio_risk.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=0.5,
)
def publish_risk_rows(history: History, report: RiskReport) -> Rows:
    """Tails with their intervals, volatilities, drawdown and stress losses. Raises `WarehouseError`."""
    from blocks.warehouse.tables import portfolio_risk  # noqa: PLC0415 - SQLAlchemy where it is used

    run = run_id()
    shared = {
        "run_id": run,
        "assessed_at": history.priced_at,
        "quote": history.quote,
        "data_source": history.source if history.source != "exchange" else history.exchange,
    }
    return Warehouse.default().publish(portfolio_risk, [{**shared, **row} for row in _figures(report)], run_id=run)


@task(
    name="publish-risk-artifacts",
    description="Tables, summary and picture on the run's page.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def publish_risk_artifacts(
    history: History, report: RiskReport, assets: Sequence[Asset], warnings: Sequence[str]
) -> None:
    """Artifacts portfolio-positions (table), portfolio-risk-summary (markdown) and portfolio-risk (image)."""
    from tasks.portfolio.risk_summary import risk_summary  # noqa: PLC0415 - what it formats is loaded by then

    told = f"{len(report.coins)} coins, {float(report.total):,.2f} {history.quote}. Data: {history.data_source}."
    create_table_artifact(_positions(report), key="portfolio-positions", description=told)
    create_markdown_artifact(
        risk_summary(history, report, assets, warnings), key="portfolio-risk-summary", description=told
    )
    chart = next(asset for asset in assets if asset.name == CHART)
    create_image_artifact(chart.url, key="portfolio-risk", description=told)


def risk_json(history: History, report: RiskReport) -> bytes:
    """Every figure, with where it comes from."""
    document: dict[str, Any] = {
        "quote": history.quote,
        "total": str(report.total),
        "priced_at": history.priced_at.isoformat(),
        "data_source": history.data_source,
        "data_window": history.window,
        "data_sha256": history.digest,
        "days": report.days,
    }
    for name in REPORTED:
        value = getattr(report, name)
        document[name] = (
            [one.model_dump(mode="json") for one in value] if isinstance(value, list) else value.model_dump(mode="json")
        )
    return json.dumps(document, indent=1).encode()


def _figures(report: RiskReport) -> list[dict[str, Any]]:
    rows = [
        _figure(name, tail.method, tail.level, tail.horizon_days, *ends)
        for tail in report.tails
        for name, ends in (
            ("var", (tail.var, tail.var_low, tail.var_high)),
            ("cvar", (tail.cvar, tail.cvar_low, tail.cvar_high)),
        )
    ]
    rows.append(_figure("volatility", "historical", 0, 1, report.volatility.historical))
    rows.append(_figure("volatility", "ewma", 0, 1, report.volatility.ewma))
    if report.volatility.garch is not None:
        rows.append(_figure("volatility", "garch", 0, 1, report.volatility.garch))
    rows.append(_figure("max_drawdown", "holdings", 0, report.days, report.drawdown.depth))
    rows += [_figure("stress", replay.name, 0, _length(replay.window), replay.loss) for replay in report.stress]
    return rows


def _figure(
    measure: str, method: str, level: int, days: int, value: float, low: float | None = None, high: float | None = None
) -> dict[str, Any]:
    return {
        "measure": measure,
        "method": method,
        "level": level,
        "horizon_days": days,
        "value": value,
        "lower": low,
        "upper": high,
    }


def _length(window: str) -> int:
    first, last = (datetime.fromisoformat(day) for day in window.split("/"))
    return (last - first).days


def _positions(report: RiskReport) -> list[dict[str, Any]]:
    return [
        {
            "coin": coin.symbol,
            "amount": f"{coin.amount:f}",
            "price": f"{coin.price:f}",
            "value": round(float(coin.value), 2),
            "weight %": round(100 * coin.weight, 2),
            "volatility % a year": round(coin.volatility, 1),
            "share of the shortfall %": round(coin.cvar_share, 1),
        }
        for coin in report.coins
    ]
