"""The comparison of portfolio strategies on the past."""

from typing import Literal

from prefect import flow
from pydantic import BaseModel, ConfigDict, Field, field_validator

from blocks.asset_store import Asset
from flows.form import in_declared_order
from tasks.portfolio.history import fetch_history
from tasks.portfolio.holdings import MOST_COINS, Symbol
from tasks.portfolio.walk import SEED, StrategyRecord, publish_walk, walk_strategies
from tasks.provenance import Provenance, code_version, request_digest
from tasks.run import run_id


class PortfolioBacktestRequest(BaseModel):
    """Which strategies to walk forward, over which coins."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=in_declared_order)

    symbols: list[Symbol] = Field(
        ["BTC", "ETH", "SOL", "BNB", "XRP"],
        min_length=2,
        max_length=MOST_COINS,
        description="The coins.",
        examples=[["BTC", "ETH", "SOL"]],
    )
    strategies: list[Literal["min-cvar", "hrp", "risk-budgeting", "inverse-volatility", "equal-weight"]] = Field(
        ["min-cvar", "hrp", "risk-budgeting"],
        min_length=1,
        description="What to compare with 1/N and inverse volatility, which are always there.",
        examples=[["min-cvar", "hrp"]],
    )
    history_days: int = Field(
        900, ge=120, le=2500, description="Days of history; the test begins `window_days` later.", examples=[900]
    )
    window_days: int = Field(180, ge=60, le=1500, description="Days that weights are found from.", examples=[180])
    step_days: int = Field(30, ge=1, le=365, description="Days between rebalancings.", examples=[30])
    cost: float = Field(
        0.001, ge=0, le=0.05, description="Fee and slippage, as a part of what is bought or sold.", examples=[0.001]
    )
    max_weight: float = Field(1.0, gt=0, le=1, description="Most that one coin may be.", examples=[0.4])
    quote: str = Field("USDT", pattern="^[A-Za-z0-9]{1,20}$", description="What prices are in.", examples=["USDT"])
    exchange: str = Field("binance", pattern="^[a-z0-9]{2,40}$", description="The exchange.", examples=["binance"])
    candles_uri: str | None = Field(
        None,
        min_length=1,
        max_length=2000,
        description="A CSV or parquet file of candles in place of the exchange's; hours become days.",
        examples=["asset://uploads/1/candles.parquet"],
    )

    @field_validator("symbols")
    @classmethod
    def _once(cls, symbols: list[str]) -> list[str]:
        if len(set(symbols)) < len(symbols):
            raise ValueError("names a coin twice")
        return symbols

    @field_validator("quote")
    @classmethod
    def _upper(cls, quote: str) -> str:
        return quote.upper()


class PortfolioBacktest(BaseModel):
    """How the strategies did, and how sure that is."""

    model_config = ConfigDict(frozen=True, protected_namespaces=())

    run_id: str = Field(description="The flow run.")
    request: PortfolioBacktestRequest = Field(description="What was asked for.")
    records: list[StrategyRecord] = Field(description="One entry a strategy, 1/N and inverse volatility among them.")
    rebalancings: int = Field(description="How often each strategy chose its weights.")
    data_source: str = Field(description="Where the candles are from.")
    data_window: str = Field(description="First opening and last close of the candles, ISO 8601 interval.")
    assets: list[Asset] = Field(description="Picture, figures as JSON, daily returns as CSV, and the candles.")
    provenance: Provenance = Field(description="Enough to make it again.")
    warnings: list[str] = Field(description="What a reader should know.")


@flow(
    name="backtest-portfolio",
    description="Walks portfolio strategies forward after costs, against 1/N and inverse volatility.",
    persist_result=True,
    result_serializer="json",
)
def backtest_portfolio(request: PortfolioBacktestRequest) -> PortfolioBacktest:
    """Candles -> weights, every `step_days` anew -> returns after costs -> figures with intervals.

    Raises `MarketDataError` when there are no candles of a coin, `PortfolioError` when the history is too short.
    """
    history = fetch_history(
        request.symbols,
        quote=request.quote,
        exchange=request.exchange,
        days=request.history_days,
        candles_uri=request.candles_uri,
    )
    report = walk_strategies(
        history,
        request.strategies,
        window=request.window_days,
        step=request.step_days,
        cost=request.cost,
        max_weight=request.max_weight,
    )
    assets = publish_walk(history, report, report.warnings)
    return PortfolioBacktest(
        run_id=run_id(),
        request=request,
        records=report.records,
        rebalancings=report.rebalancings,
        data_source=history.data_source,
        data_window=history.window,
        assets=assets,
        provenance=Provenance(
            code_version=code_version(),
            request_sha256=request_digest(request),
            seed=SEED,
            model=", ".join(record.strategy for record in report.records),
            model_version="1",
            data_source=history.data_source,
            data_window=history.window,
            data_sha256=history.digest,
        ),
        warnings=report.warnings,
    )
