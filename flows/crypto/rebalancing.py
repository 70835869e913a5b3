"""The rebalancing of a portfolio."""

from datetime import datetime
from decimal import Decimal
from typing import Literal, cast

from prefect import flow
from prefect.states import Completed
from pydantic import BaseModel, ConfigDict, Field, model_validator

from blocks.asset_store import Asset
from blocks.warehouse import Rows
from flows.crypto.portfolio import PortfolioRequest
from flows.form import in_declared_order
from tasks.portfolio.approval import Decision, await_decision
from tasks.portfolio.execution import Execution, execute_live, execute_on_paper, publish_fills
from tasks.portfolio.held import Execute, read_holdings
from tasks.portfolio.history import fetch_history
from tasks.portfolio.holdings import MOST_COINS, Holdings, Symbol
from tasks.portfolio.policy import Policy
from tasks.portfolio.proposal import CoinWeights, ProposedOrder, propose_orders
from tasks.portfolio.proposal_publish import (
    publish_outcome,
    publish_proposal_artifacts,
    publish_proposal_files,
    publish_proposal_rows,
)
from tasks.portfolio.readiness import require_executable
from tasks.portfolio.views import ForecastView
from tasks.provenance import Provenance, code_version, request_digest
from tasks.run import run_id

Status = Literal["proposed", "nothing-to-do", "executed", "partly-executed", "declined", "expired"]


class RebalancingRequest(Policy, PortfolioRequest):
    """A portfolio, and where it should go."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=in_declared_order)

    holdings: Holdings = Field(
        {},
        description="Coins held: how much of each, best as text so that it stays exact. Left out with the cash: those "
        "of the account on paper, or at the exchange for live orders.",
        examples=[{"BTC": "0.25", "ETH": "4"}],
    )
    universe: list[Symbol] = Field(
        [],
        max_length=MOST_COINS,
        description="Coins to hold after; others are sold. Empty: those that are held.",
        examples=[["BTC", "ETH", "SOL"]],
    )
    execute: Execute = Field(
        "no",
        description="no: propose orders only. paper, live: suspend the run until someone approves them, then fill them "
        "on paper or at the exchange (live needs keys, and ALLOW_LIVE_TRADING where flows run).",
        examples=["no", "paper"],
    )
    account: str = Field(
        "default",
        pattern="^[a-z0-9][a-z0-9_-]{0,39}$",
        description="Name of the account on paper; each owner has their own.",
        examples=["default"],
    )
    approval_seconds: int = Field(
        86_400, ge=10, le=604_800, description="How long the orders can be approved.", examples=[86_400]
    )

    @model_validator(mode="after")
    def _makes_sense(self) -> "RebalancingRequest":
        self.refuse_quote([*self.holdings, *self.universe])
        if len(set(self.universe)) < len(self.universe):
            raise ValueError("universe names a coin twice")
        if self.risk_budget is not None and not all(0 < share < 1e9 for share in self.risk_budget.values()):
            raise ValueError("risk_budget takes positive numbers alone")
        if self.execute == "live" and (self.candles_uri is not None or self.exchange == "sample"):
            raise ValueError("live orders need the exchange's own prices: leave candles_uri out and name an exchange")
        return self


class Rebalancing(BaseModel):
    """The proposal, what was decided about it, and what became of its orders."""

    model_config = ConfigDict(frozen=True, protected_namespaces=())

    run_id: str = Field(description="The flow run.")
    request: RebalancingRequest = Field(description="What was asked for.")
    status: Status = Field(description="How it ended.")
    quote: str = Field(description="What money is in; a sample may have another than was asked for.")
    total: Decimal = Field(description="Worth of everything when the orders were proposed.")
    cash: Decimal = Field(description="Cash then.")
    cash_after: Decimal = Field(description="Cash when all orders are filled at the prices of the proposal.")
    proposed_at: datetime = Field(description="When the orders were proposed, UTC.")
    expires_at: datetime | None = Field(description="Until when they could be approved; null: not to be executed.")
    weights: list[CoinWeights] = Field(description="Each coin before, as the strategy would have it, and after.")
    orders: list[ProposedOrder] = Field(description="The orders, sells first.")
    turnover: float = Field(description="What is bought and sold together, as a part of the whole.")
    fees: Decimal = Field(description="All fees at the prices of the proposal.")
    fallback: str | None = Field(description="Why inverse volatility stands in; null when it does not.")
    views: list[ForecastView] = Field(description="What forecasts said; empty for other strategies.")
    decision: Decision | None = Field(description="What was decided; null: nobody was asked.")
    execution: Execution | None = Field(description="What was traded; null: nothing.")
    data_source: str = Field(description="Where the candles are from.")
    data_window: str = Field(description="First opening and last close of the candles, ISO 8601 interval.")
    historical: bool = Field(description="Whether these are recorded candles of years ago, not today's market.")
    assets: list[Asset] = Field(description="Picture, proposal, and the candles.")
    rows: list[Rows] = Field(description="Rows in the warehouse.")
    provenance: Provenance = Field(description="Enough to make it again.")
    warnings: list[str] = Field(description="What a reader should know before relying on it.")


@flow(
    name="rebalance-portfolio",
    description="Proposes the orders that bring a portfolio to its target weights; carries them out after approval.",
    persist_result=True,
    result_serializer="json",
)
def rebalance_portfolio(request: RebalancingRequest) -> Rebalancing:
    """Holdings and candles -> target weights -> orders -> (approval -> fills). Ends Declined or Expired without fills.

    A run that waits for approval is suspended; resumed, it goes through the same steps again and finds what it kept:
    holdings, candles, orders. Raises `PortfolioError`, `MarketDataError`, `NotDeployed`, `LiveTradingRefused`.
    """
    require_executable(request.execute, request.exchange)
    held = read_holdings(
        request.holdings,
        request.unit,
        request.cash,
        universe=request.universe,
        quote=request.quote,
        exchange=request.exchange,
        execute=request.execute,
        account=request.account,
    )
    history = fetch_history(
        list(dict.fromkeys([*held.holdings, *request.universe])),
        quote=request.quote,
        exchange=request.exchange,
        days=request.history_days,
        candles_uri=request.candles_uri,
    )
    proposal = propose_orders(
        held,
        history,
        request,
        universe=request.universe,
        execute=request.execute,
        account=request.account,
        approval_seconds=request.approval_seconds,
    )
    warnings = [*proposal.warnings, *request.quote_warning(history.quote)]
    assets = publish_proposal_files(proposal)
    rows = [publish_proposal_rows(proposal)]
    publish_proposal_artifacts(proposal, assets, warnings)
    decision, execution = None, None
    if proposal.expires_at is not None:
        decision = await_decision(proposal)
        if decision.outcome == "approved":
            execution = execute_live(proposal) if request.execute == "live" else execute_on_paper(proposal)
            rows.append(publish_fills(execution))
        publish_outcome(proposal, decision, execution)
    status = _status(bool(proposal.orders), decision, execution)
    return _ended(
        status,
        Rebalancing(
            run_id=run_id(),
            request=request,
            status=status,
            decision=decision,
            execution=execution,
            data_source=history.data_source,
            data_window=history.window,
            historical=history.historical,
            assets=assets,
            rows=rows,
            provenance=Provenance(
                code_version=code_version(),
                request_sha256=request_digest(request),
                model=request.strategy,
                model_version="1",
                data_source=history.data_source,
                data_window=history.window,
                data_sha256=history.digest,
            ),
            warnings=warnings,
            **{name: getattr(proposal, name) for name in PROPOSED},
        ),
    )


PROPOSED = (
    "quote", "total", "cash", "cash_after", "proposed_at", "expires_at", "weights", "orders", "turnover", "fees",
    "fallback", "views",
)  # fmt: skip


def _status(orders: bool, decision: Decision | None, execution: Execution | None) -> Status:
    if decision is None:
        return "proposed" if orders else "nothing-to-do"
    if decision.outcome == "declined":
        return "declined"
    if execution is None:
        return "expired"
    return "executed" if all(fill.status == "filled" for fill in execution.fills) else "partly-executed"


def _ended(status: Status, result: Rebalancing) -> Rebalancing:
    """The result, in a state that is named for how it ended; Prefect hands callers the result itself."""
    if status not in {"declined", "expired"}:
        return result
    return cast(
        "Rebalancing", Completed(name=status.capitalize(), message=f"{status}: nothing was traded", data=result)
    )
