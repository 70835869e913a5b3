"""Orders as they are proposed: made once a run, kept, and never changed after."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final, Literal

from prefect import task
from prefect.cache_policies import NO_CACHE
from pydantic import BaseModel, ConfigDict, Field

from blocks.asset_store import AssetStore
from models.portfolio.errors import PortfolioError
from models.portfolio.orders import Order, OrderRules, plain
from tasks.portfolio.held import Execute, Held, account_key
from tasks.portfolio.history import History
from tasks.portfolio.holdings import Position, positions
from tasks.portfolio.policy import Policy
from tasks.portfolio.rules import order_rules
from tasks.portfolio.views import ForecastView, forecast_views
from tasks.run import asset_path

PROPOSAL: Final = "proposal.json"
WEIGHT_DIGITS: Final = Decimal("0.000001")


class ProposedOrder(BaseModel):
    """A limit order, in whole steps of the exchange."""

    model_config = ConfigDict(frozen=True)

    number: int = Field(description="Place in the order of execution: sells come before buys.")
    side: Literal["sell", "buy"] = Field(description="What is done.")
    symbol: str = Field(description="The coin.")
    amount: Decimal = Field(description="How much of it.")
    price: Decimal = Field(description="Price when it was proposed.")
    limit: Decimal = Field(description="Worst price at which it may be filled.")
    cost: Decimal = Field(description="Amount times limit, in the quote.")
    fee_rate: Decimal = Field(description="The exchange's taker fee, as a part of the cost.")
    fee: Decimal = Field(description="Fee at the limit, in the quote.")

    def as_order(self) -> Order:
        """The order for the model's arithmetic."""
        return Order(self.number, self.side, self.symbol, self.amount, self.price, self.limit, self.fee_rate)


class CoinWeights(BaseModel):
    """One coin's part of the whole portfolio, 0 to 1."""

    model_config = ConfigDict(frozen=True)

    symbol: str = Field(description="The coin.")
    before: float = Field(description="Now.")
    target: float = Field(description="As the strategy would have it.")
    after: float = Field(description="When all orders are filled at today's prices.")
    left_alone: str | None = Field(description="Why it is not traded; null when it is.")


class Proposal(BaseModel):
    """What would be traded, and why."""

    model_config = ConfigDict(frozen=True)

    proposed_at: datetime = Field(description="When it was made, UTC.")
    expires_at: datetime | None = Field(description="Until when it can be approved; null: it is not to be executed.")
    execute: Execute = Field(description="Where approved orders go.")
    account: str | None = Field(description="Account on paper, its owner in front; null when there is none.")
    strategy: str = Field(description="The strategy asked for.")
    fallback: str | None = Field(description="Why inverse volatility stands in; null when it does not.")
    exchange: str = Field(description="Whose rules the orders keep.")
    quote: str = Field(description="What money is in.")
    price_source: str = Field(description="`exchange`, `index` (an aggregator), `file` or `sample`.")
    positions: list[Position] = Field(description="What is held.")
    cash: Decimal = Field(description="Cash now.")
    total: Decimal = Field(description="Worth of everything.")
    weights: list[CoinWeights] = Field(description="Before, target and after.")
    cash_after: Decimal = Field(description="Cash when all orders are filled at today's prices, fees taken off.")
    orders: list[ProposedOrder] = Field(description="The orders, sells first.")
    turnover: float = Field(description="What is bought and sold together, as a part of the whole.")
    fees: Decimal = Field(description="All fees at today's prices.")
    scaled: float = Field(description="Below 1: what the turnover limit left of each order.")
    views: list[ForecastView] = Field(description="What forecasts said; empty for other strategies.")
    warnings: list[str] = Field(description="What a reader should know before approving.")

    @property
    def count(self) -> str:
        """How many orders, in words."""
        return "1 order" if len(self.orders) == 1 else f"{len(self.orders)} orders"


@task(
    name="propose-orders",
    description="Target weights by the strategy, and the orders that lead there; kept, so that a resumed run has them.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def propose_orders(
    held: Held,
    history: History,
    policy: Policy,
    *,
    universe: Sequence[str],
    execute: Execute,
    account: str,
    approval_seconds: int,
) -> Proposal:
    """The proposal of this run, the same one however often it is asked for.

    Raises `PortfolioError`, and `MarketDataError` when the exchange does not tell its rules.
    """
    store, path = AssetStore.default(), asset_path(PROPOSAL)
    if store.exists(path):
        with store.open(path) as stream:
            return Proposal.model_validate_json(stream.read())
    proposal = _proposed(held, history, policy, universe, execute, account, approval_seconds)
    store.put(path, proposal.model_dump_json(indent=1).encode(), "application/json")
    return proposal


def _proposed(
    held: Held,
    history: History,
    policy: Policy,
    universe: Sequence[str],
    execute: Execute,
    account: str,
    approval_seconds: int,
) -> Proposal:
    from models.portfolio.orders import Book, Limits, plan_orders  # noqa: PLC0415 - beside what follows

    coins = positions(held.holdings, held.unit, held.cash, history.prices)
    wanted = list(dict.fromkeys(universe)) or list(held.holdings)
    targets, fallback, views, warnings = _targets(history, policy, wanted)
    every = list(dict.fromkeys([*held.holdings, *wanted]))
    rules, told = order_rules(every, history.quote, history.exchange, history.source)
    book = Book({coin.symbol: coin.amount for coin in coins}, held.cash, history.prices, rules)
    if book.total <= 0:
        raise PortfolioError("The portfolio is worth nothing: give holdings or cash.")
    turnover = None if policy.turnover_limit is None else Decimal(repr(policy.turnover_limit))
    limits = Limits(
        cash_reserve=Decimal(repr(policy.cash_reserve)),
        drift_band=Decimal(repr(policy.drift_band)),
        turnover=turnover,
        slippage=Decimal(repr(policy.slippage)),
    )
    plan = plan_orders(book, targets, limits)
    amounts, cash, fees = _after(plan.orders, book.amounts, held.cash)
    now = datetime.now(UTC)
    return Proposal(
        proposed_at=now,
        expires_at=now + timedelta(seconds=approval_seconds) if execute != "no" and plan.orders else None,
        execute=execute,
        account=account_key(account) if execute == "paper" or held.source == "paper" else None,
        strategy=policy.strategy,
        fallback=fallback,
        exchange=history.exchange,
        quote=history.quote,
        price_source=history.source,
        positions=coins,
        cash=held.cash,
        total=_short(book.total),
        weights=_weights(book.total, every, book.amounts, amounts, targets, history.prices, plan.left_alone),
        cash_after=_short(cash),
        orders=[_order(order) for order in plan.orders],
        turnover=float(sum((order.amount * order.price for order in plan.orders), Decimal(0)) / book.total),
        fees=_short(fees),
        scaled=float(plan.scaled),
        views=views,
        warnings=[*history.warnings, *warnings, *told, *_dust(coins, rules)],
    )


def _targets(
    history: History, policy: Policy, wanted: Sequence[str]
) -> tuple[dict[str, Decimal], str | None, list[ForecastView], list[str]]:
    """Parts of the whole by coin, rounded down; the strategy's fallback; views; warnings."""
    from models.portfolio.strategies import Strategy, target_weights  # noqa: PLC0415 - numpy where it is used
    from models.portfolio.tilt import tilted  # noqa: PLC0415

    panel = history.panel(wanted).newest(policy.window_days + 1)
    base: Strategy = "hrp" if policy.strategy == "forecast-tilted" else policy.strategy
    budget = None if policy.risk_budget is None else {name.upper(): x for name, x in policy.risk_budget.items()}
    found = target_weights(base, tuple(wanted), panel.returns, cap=policy.cap, budget=budget)
    weights, warnings = found.weights, list[str]()
    shown: list[ForecastView] = []
    if policy.strategy == "forecast-tilted":
        views, shown = forecast_views(history, wanted)
        weights = tilted(weights, views, policy.cap)
        if not any(view.tilt for view in views):
            warnings.append("No forecast has shown skill lately, so nothing is tilted: these are the weights of hrp.")
    if found.fallback:
        warnings.append(f"Inverse volatility stands in: {found.fallback}.")
    targets = {
        symbol: (Decimal(repr(float(weight))) * policy.invested // WEIGHT_DIGITS) * WEIGHT_DIGITS
        for symbol, weight in zip(wanted, weights, strict=True)
    }
    return targets, found.fallback, shown, warnings


def _after(
    orders: Sequence[Order], amounts: Mapping[str, Decimal], cash: Decimal
) -> tuple[dict[str, Decimal], Decimal, Decimal]:
    """Amounts and cash when every order is filled at the price it was proposed at, and the fees."""
    from models.portfolio.fills import Balances, fill_on_paper  # noqa: PLC0415 - beside its siblings

    prices = {order.symbol: order.price for order in orders}
    fills, after = fill_on_paper(orders, Balances(amounts, cash), prices)
    return dict(after.amounts), after.cash, sum((fill.fee for fill in fills), Decimal(0))


def _weights(
    total: Decimal,
    symbols: Sequence[str],
    before: Mapping[str, Decimal],
    after: Mapping[str, Decimal],
    targets: Mapping[str, Decimal],
    prices: Mapping[str, Decimal],
    left_alone: Mapping[str, str],
) -> list[CoinWeights]:
    nothing = Decimal(0)
    return [
        CoinWeights(
            symbol=symbol,
            before=float(before.get(symbol, nothing) * prices[symbol] / total),
            target=float(targets.get(symbol, nothing)),
            after=float(after.get(symbol, nothing) * prices[symbol] / total),
            left_alone=left_alone.get(symbol),
        )
        for symbol in symbols
    ]


def _order(order: Order) -> ProposedOrder:
    return ProposedOrder(
        number=order.number,
        side=order.side,
        symbol=order.symbol,
        amount=_short(order.amount),
        price=_short(order.price),
        limit=_short(order.limit),
        cost=_short(order.cost),
        fee_rate=_short(order.fee_rate),
        fee=_short(order.fee),
    )


def _short(number: Decimal) -> Decimal:
    """The same number without trailing zeros and without exponent."""
    return Decimal(plain(number))


def _dust(coins: Sequence[Position], rules: Mapping[str, OrderRules]) -> list[str]:
    """Positions too small to be sold at all."""
    small = [
        coin.symbol
        for coin in coins
        if coin.value < rules[coin.symbol].min_cost or coin.amount < rules[coin.symbol].min_amount
    ]
    return [f"Too small for the exchange to take, so they stay: {', '.join(small)}."] if small else []
