"""Strategies walked forward through the past, after costs, against 1/N and inverse volatility."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast
from uuid import UUID

from prefect import task
from prefect.artifacts import (
    create_image_artifact,
    create_markdown_artifact,
    create_progress_artifact,
    update_progress_artifact,
)
from prefect.cache_policies import NO_CACHE
from pydantic import BaseModel, ConfigDict, Field

from blocks.asset_store import Asset, AssetStore
from models.portfolio.strategies import STRATEGIES, Strategy
from tasks.portfolio.history import HISTORY, History
from tasks.run import asset_path

if TYPE_CHECKING:
    from models.portfolio.walk_forward import Comparison, Measure, Walk

CHART: Final = "portfolio-backtest.png"
REFERENCES: Final[tuple[Strategy, ...]] = ("equal-weight", "inverse-volatility")
SEED: Final = 7


class Interval90(BaseModel):
    """A figure with its 90 % interval, by a stationary bootstrap of days in blocks of 20."""

    model_config = ConfigDict(frozen=True)

    value: float = Field(description="The figure.")
    low: float = Field(description="Lower end.")
    high: float = Field(description="Upper end.")


class StrategyRecord(BaseModel):
    """How a strategy did, after costs, on days that its weights did not know."""

    model_config = ConfigDict(frozen=True)

    strategy: Strategy = Field(description="The strategy.")
    sharpe: Interval90 = Field(description="Sharpe ratio a year, without interest.")
    cvar_95: Interval90 = Field(description="Expected shortfall of one day at 95 %, %.")
    max_drawdown: Interval90 = Field(description="Deepest fall from the highest value so far, %.")
    sharpe_over_equal: Interval90 = Field(description="Sharpe ratio less that of 1/N on the same days.")
    cvar_over_equal: Interval90 = Field(description="Expected shortfall less that of 1/N, %; negative is better.")
    drawdown_over_equal: Interval90 = Field(description="Deepest fall less that of 1/N, %; negative is better.")
    volatility: float = Field(description="% a year.")
    total_return: float = Field(description="Over the whole test, %.")
    turnover: float = Field(description="Bought and sold together in a year, as a multiple of the portfolio.")
    fallbacks: int = Field(description="Rebalancings at which inverse volatility stood in.")


@dataclass(frozen=True, eq=False)
class WalkReport:
    """The records, and the walks themselves for the picture."""

    records: list[StrategyRecord]
    walks: "list[Walk]"
    rebalancings: int
    warnings: list[str]


@task(
    name="walk-forward",
    description="Every strategy and both references, rebalanced through the past, costs taken off.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def walk_strategies(
    history: History,
    strategies: Sequence[Strategy],
    *,
    window: int,
    step: int,
    cost: float,
    max_weight: float,
) -> WalkReport:
    """1/N and inverse volatility are always among them. Raises `PortfolioError` when the history is too short."""
    from models.portfolio.walk_forward import compare, walk_forward  # noqa: PLC0415 - numpy where it is used

    panel = history.panel()
    wanted = [name for name in STRATEGIES if name in {*strategies, *REFERENCES}]
    progress = cast("UUID", create_progress_artifact(0.0, key="walk-forward", description="Strategies walked"))
    walks = []
    for number, strategy in enumerate(wanted, 1):
        walks.append(walk_forward(panel, strategy, window=window, step=step, cost=cost, cap=max_weight))
        update_progress_artifact(progress, 100 * number / len(wanted))
    records = [_record(one) for one in compare(walks, seed=SEED)]
    warnings = [
        f"{one.strategy}: inverse volatility stood in at {one.fallbacks} rebalancings."
        for one in records
        if one.fallbacks
    ]
    return WalkReport(records, walks, len(walks[0].weights), [*history.warnings, *warnings, *_doubts(records)])


def _doubts(records: Sequence[StrategyRecord]) -> list[str]:
    """What the intervals do not allow to say."""
    unsure = [
        one.strategy
        for one in records
        if one.strategy != "equal-weight" and one.sharpe_over_equal.low <= 0 <= one.sharpe_over_equal.high
    ]
    if not unsure:
        return []
    return [f"No Sharpe ratio of these can be told from that of 1/N on these days: {', '.join(unsure)}."]


def _record(one: "Comparison") -> StrategyRecord:
    def percent(measure: "Measure", scale: float = 100.0) -> Interval90:
        return Interval90(value=scale * measure.value, low=scale * measure.low, high=scale * measure.high)

    return StrategyRecord(
        strategy=one.strategy,
        sharpe=percent(one.sharpe, 1.0),
        cvar_95=percent(one.cvar_95),
        max_drawdown=percent(one.max_drawdown),
        sharpe_over_equal=percent(one.sharpe_over_equal, 1.0),
        cvar_over_equal=percent(one.cvar_over_equal),
        drawdown_over_equal=percent(one.drawdown_over_equal),
        volatility=100 * one.volatility,
        total_return=100 * one.total_return,
        turnover=one.turnover,
        fallbacks=one.fallbacks,
    )


@task(
    name="publish-walk",
    description="The picture and every figure, as assets and on the run's page.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=0.5,
)
def publish_walk(history: History, report: WalkReport, warnings: Sequence[str]) -> list[Asset]:
    """Picture, figures as JSON, daily returns as CSV, and the candles. Raises `AssetStoreError`."""
    from tasks.portfolio.walk_chart import walk_chart  # noqa: PLC0415 - matplotlib when something is drawn

    store = AssetStore.default()
    figures = json.dumps([one.model_dump() for one in report.records], indent=1).encode()
    assets = [
        store.put(asset_path(CHART), walk_chart(report), "image/png"),
        store.put(asset_path("portfolio-backtest.json"), figures, "application/json"),
        store.put(asset_path("daily-returns.csv"), _daily_returns(report), "text/csv"),
        Asset(**store.stat(asset_path(HISTORY)).model_dump(include=set(Asset.model_fields))),
    ]
    told = f"{len(history.candles)} coins, {report.rebalancings} rebalancings. Data: {history.data_source}."
    create_markdown_artifact(walk_markdown(report, warnings), key="portfolio-backtest-summary", description=told)
    create_image_artifact(assets[0].url, key="portfolio-backtest", description=told)
    return assets


def walk_markdown(report: WalkReport, warnings: Sequence[str] = ()) -> str:
    """The table, one line a strategy."""
    return "\n".join(
        [
            "| Strategy | Sharpe | 90 % interval | CVaR 95 % | less that of 1/N | Deepest fall % | less that of 1/N | "
            "Turnover a year |",
            "|---|---|---|---|---|---|---|---|",
            *(
                f"| {one.strategy} | {one.sharpe.value:.2f} | {one.sharpe.low:.2f} to {one.sharpe.high:.2f} | "
                f"{one.cvar_95.value:.2f} | {_against(one.cvar_over_equal)} | {one.max_drawdown.value:.1f} | "
                f"{_against(one.drawdown_over_equal)} | {one.turnover:.1f} |"
                for one in report.records
            ),
            "",
            *(f"- {warning}" for warning in warnings),
        ]
    )


def _against(difference: Interval90) -> str:
    if difference.low == difference.high == 0:
        return ""
    return f"{difference.value:+.2f} ({difference.low:+.2f} to {difference.high:+.2f})"


def _daily_returns(report: WalkReport) -> bytes:
    lines = ["day," + ",".join(walk.strategy for walk in report.walks)]
    days = report.walks[0].day.astype("datetime64[D]").astype(str).tolist()
    columns = [walk.returns.tolist() for walk in report.walks]
    lines += [f"{day}," + ",".join(map(repr, row)) for day, *row in zip(days, *columns, strict=True)]
    return ("\n".join(lines) + "\n").encode()
