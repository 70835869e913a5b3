"""The risk of a portfolio."""

from datetime import datetime
from decimal import Decimal

from prefect import flow
from pydantic import BaseModel, ConfigDict, Field, model_validator

from blocks.asset_store import Asset
from blocks.warehouse import Rows
from flows.crypto.portfolio import PortfolioRequest
from flows.form import in_declared_order
from tasks.portfolio.history import fetch_history
from tasks.portfolio.holdings import Holdings, positions
from tasks.portfolio.risk import CoinRisk, Correlation, DrawdownPeriod, PortfolioVolatility, measure_risk
from tasks.portfolio.risk_publish import publish_risk_artifacts, publish_risk_files, publish_risk_rows
from tasks.portfolio.stress import StressReplay
from tasks.portfolio.tails import SEED, TailRisk, VarRecord
from tasks.provenance import Provenance, code_version, request_digest
from tasks.run import run_id


class RiskRequest(PortfolioRequest):
    """What a portfolio can lose."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=in_declared_order)

    holdings: Holdings = Field(
        min_length=1,
        description="Coins held, 1 to 50: how much of each, best as text so that it stays exact.",
        examples=[{"BTC": "0.25", "ETH": "4"}],
    )
    history_days: int = Field(730, ge=90, le=2500, description="Days of history to measure over.", examples=[730])
    horizon_days: int = Field(
        10, ge=1, le=30, description="Days ahead of the second set of tails, beside one day.", examples=[10]
    )

    @model_validator(mode="after")
    def _coins_are_coins(self) -> "RiskRequest":
        self.refuse_quote(self.holdings)
        return self


class RiskAssessment(BaseModel):
    """What the portfolio can lose, how far the figures can be trusted, and where they come from."""

    model_config = ConfigDict(frozen=True, protected_namespaces=())

    run_id: str = Field(description="The flow run that made it.")
    request: RiskRequest = Field(description="What was asked for.")
    quote: str = Field(description="What values are given in; a sample may have another than was asked for.")
    total: Decimal = Field(description="Worth of everything, cash included.")
    priced_at: datetime = Field(description="Moment of the prices, UTC.")
    positions: list[CoinRisk] = Field(description="Each coin, with its part in the danger.")
    tails: list[TailRisk] = Field(description="Value at risk and expected shortfall by method, level and horizon.")
    volatility: PortfolioVolatility = Field(description="Volatility of the portfolio.")
    drawdown: DrawdownPeriod = Field(description="The deepest fall in the window.")
    correlation: Correlation = Field(description="Between the coins.")
    stress: list[StressReplay] = Field(description="Crashes of the past, played again on these holdings.")
    var_record: list[VarRecord] = Field(
        description="How well the value at risk held on days that it did not know; empty: the history is too short."
    )
    days: int = Field(description="Daily returns that the figures rest on.")
    data_source: str = Field(description="Where the candles are from.")
    data_window: str = Field(description="First opening and last close of the candles, ISO 8601 interval.")
    historical: bool = Field(description="Whether these are recorded candles of years ago, not today's market.")
    assets: list[Asset] = Field(description="Picture, all figures as JSON, and the candles.")
    rows: list[Rows] = Field(description="Rows in the warehouse.")
    provenance: Provenance = Field(description="Enough to make it again.")
    warnings: list[str] = Field(description="What a reader should know before relying on it.")


@flow(
    name="assess-risk",
    description="Value at risk, expected shortfall, drawdown, volatility, correlation and crashes played again.",
    persist_result=True,
    result_serializer="json",
)
def assess_risk(request: RiskRequest) -> RiskAssessment:
    """Candles -> risk with its own record -> picture, files, rows and artifacts.

    Raises `MarketDataError` when there are no candles of a coin, `PortfolioError` when the coins share too few days.
    """
    history = fetch_history(
        list(request.holdings),
        quote=request.quote,
        exchange=request.exchange,
        days=request.history_days,
        candles_uri=request.candles_uri,
    )
    held = positions(request.holdings, request.unit, request.cash, history.prices)
    report = measure_risk(history, held, request.cash, request.horizon_days)
    warnings = [*report.warnings, *request.quote_warning(history.quote)]
    assets = publish_risk_files(history, report)
    rows = publish_risk_rows(history, report)
    publish_risk_artifacts(history, report, assets, warnings)
    return RiskAssessment(
        run_id=run_id(),
        request=request,
        quote=history.quote,
        total=report.total,
        priced_at=history.priced_at,
        positions=report.coins,
        tails=report.tails,
        volatility=report.volatility,
        drawdown=report.drawdown,
        correlation=report.correlation,
        stress=report.stress,
        var_record=report.records,
        days=report.days,
        data_source=history.data_source,
        data_window=history.window,
        historical=history.historical,
        assets=assets,
        rows=[rows],
        provenance=Provenance(
            code_version=code_version(),
            request_sha256=request_digest(request),
            seed=SEED,
            model=f"filtered historical simulation ({report.volatility.model})",
            model_version="1",
            data_source=history.data_source,
            data_window=history.window,
            data_sha256=history.digest,
        ),
        warnings=warnings,
    )
