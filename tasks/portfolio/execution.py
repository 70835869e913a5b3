"""Approved orders carried out: on paper or at the exchange, each once, however often the run is repeated."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final, Literal

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.logging import get_run_logger
from pydantic import BaseModel, ConfigDict, Field

from blocks.broker import BrokerUnavailable, PaperAccount, PaperAccounts
from blocks.exchange import Exchange, MarketDataError
from blocks.warehouse import Rows, Warehouse
from models.portfolio.fills import Balances, Fill, fill_on_paper
from models.portfolio.orders import ZERO
from tasks.portfolio.proposal import Proposal, ProposedOrder
from tasks.run import run_id

ATTEMPTS: Final = 20
Status = Literal["filled", "partly-filled", "unfilled", "rejected"]


class OrderFill(BaseModel):
    """What became of one order."""

    model_config = ConfigDict(frozen=True)

    number: int = Field(description="The order's number in the proposal.")
    symbol: str = Field(description="The coin.")
    side: Literal["sell", "buy"] = Field(description="What was done.")
    status: Status = Field(description="What became of it.")
    filled: Decimal = Field(description="How much was traded.")
    price: Decimal | None = Field(description="At which price; null when nothing was.")
    fee: Decimal = Field(description="The fee, in the quote.")
    reason: str | None = Field(description="Why it was not filled; null when it was.")
    exchange_order_id: str | None = Field(None, description="The exchange's id of a live order.")


class Execution(BaseModel):
    """What was traded, and what is held after."""

    model_config = ConfigDict(frozen=True)

    mode: Literal["paper", "live"] = Field(description="Where.")
    executed_at: datetime = Field(description="When, UTC.")
    fills: list[OrderFill] = Field(description="One entry an order.")
    amounts: dict[str, Decimal] | None = Field(description="The account on paper after; null for live orders.")
    cash: Decimal | None = Field(description="Its cash after; null for live orders.")
    account: str | None = Field(description="The account on paper, its owner in front; null for live orders.")
    account_version: int | None = Field(description="Its version after these fills; null for live orders.")


@task(
    name="execute-on-paper",
    description="Fills the orders in the account on paper at present prices, within their limits, once a run.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=0.5,
)
def execute_on_paper(proposal: Proposal) -> Execution:
    """Fill each order whole or not at all. What this run has filled before stays. Raises `WarehouseError`."""
    assert proposal.account is not None  # noqa: S101 - the proposal names one for orders on paper
    accounts, run = PaperAccounts(Warehouse.default()), run_id()
    for _ in range(ATTEMPTS):
        if done := accounts.traded_by(proposal.account, run):
            return _on_paper(done)
        state = accounts.latest(proposal.account)
        if state is None:
            amounts = {position.symbol: position.amount for position in proposal.positions}
            accounts.record(PaperAccount.opened(proposal.account, run, proposal.quote, proposal.cash, amounts))
            continue
        orders = [order.as_order() for order in proposal.orders]
        fills, after = fill_on_paper(orders, Balances(state.amounts, state.cash), _prices(proposal))
        following = state.following(run, after.cash, after.amounts, [_as_document(fill) for fill in fills])
        if accounts.record(following):
            return _on_paper(following)
    raise BrokerUnavailable(
        f"The account {proposal.account} kept being traded by other runs; nothing was filled. Run again."
    )


@task(
    name="execute-live",
    description="Places the orders at the exchange, sells first, each once; what is not filled at once is given up.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def execute_live(proposal: Proposal) -> Execution:
    """Place each order, or find out what became of it. Raises `LiveTradingRefused`, `BrokerUnavailable`."""
    from blocks.broker.live import LiveBroker, Ticket  # noqa: PLC0415 - ccxt takes half a second to import

    broker, run = LiveBroker(Exchange.default(proposal.exchange)), run_id()
    fills = []
    for order in proposal.orders:
        ticket = Ticket(order.number, order.side, order.symbol, proposal.quote, order.amount, order.limit)
        done = broker.place(run, ticket)
        get_run_logger().info("Order %d, %s %s: %s", order.number, order.side, order.symbol, done.status)
        fills.append(_fill(order, done.status, done.filled, done.price, done.fee, done.reason, done.order_id))
    return Execution(
        mode="live",
        executed_at=datetime.now(UTC),
        fills=fills,
        amounts=None,
        cash=None,
        account=None,
        account_version=None,
    )


@task(
    name="publish-fills",
    description="What became of the orders, as rows of portfolio_fills.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=0.5,
)
def publish_fills(execution: Execution) -> Rows:
    """One row an order; those that are there stay. Raises `WarehouseError`."""
    from blocks.warehouse.tables import portfolio_fills  # noqa: PLC0415 - SQLAlchemy where it is used

    run = run_id()
    rows = [
        {
            "run_id": run,
            "executed_at": execution.executed_at,
            "mode": execution.mode,
            "filled": f"{fill.filled:f}",
            "price": None if fill.price is None else f"{fill.price:f}",
            "fee": f"{fill.fee:f}",
            **fill.model_dump(include={"number", "symbol", "side", "status", "reason", "exchange_order_id"}),
        }
        for fill in execution.fills
    ]
    return Warehouse.default().add(portfolio_fills, rows, run_id=run)


def _prices(proposal: Proposal) -> dict[str, Decimal]:
    """Present prices where the proposal's were the exchange's; those of the proposal otherwise, or when it is away."""
    proposed = {order.symbol: order.price for order in proposal.orders}
    if proposal.price_source != "exchange":
        return proposed
    try:
        found = Exchange.default(proposal.exchange).tickers(proposed, proposal.quote)
    except MarketDataError as error:
        get_run_logger().warning("No present prices (%s): filling at those of the proposal.", error)
        return proposed
    return {symbol: Decimal(repr(price)) for symbol, price in found.items()}


def _as_document(fill: Fill) -> dict[str, Any]:
    order = fill.order
    return {
        "number": order.number,
        "symbol": order.symbol,
        "side": order.side,
        "status": "filled" if fill.filled else "unfilled",
        "filled": f"{fill.filled:f}",
        "price": None if fill.price is None else f"{fill.price:f}",
        "fee": f"{fill.fee:f}",
        "reason": fill.reason,
    }


def _on_paper(state: PaperAccount) -> Execution:
    return Execution(
        mode="paper",
        executed_at=state.recorded_at,
        fills=_fills(state.fills),
        amounts=dict(state.amounts),
        cash=state.cash,
        account=state.account,
        account_version=state.version,
    )


def _fills(documents: Sequence[Mapping[str, Any]]) -> list[OrderFill]:
    return [OrderFill.model_validate(document) for document in documents]


def _fill(
    order: ProposedOrder,
    status: str,
    filled: Decimal,
    price: Decimal | None,
    fee: Decimal,
    reason: str | None,
    order_id: str | None,
) -> OrderFill:
    return OrderFill.model_validate(
        {
            "number": order.number,
            "symbol": order.symbol,
            "side": order.side,
            "status": status,
            "filled": filled or ZERO,
            "price": price,
            "fee": fee,
            "reason": reason,
            "exchange_order_id": order_id,
        }
    )
