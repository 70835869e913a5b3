"""Orders that bring a portfolio to its targets: exact decimals, the exchange's steps and minima, never too much.

Money and amounts are `Decimal`; a float appears in weights alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal, localcontext
from typing import Final, Literal

Side = Literal["sell", "buy"]

ZERO: Final = Decimal(0)
FINEST: Final = Decimal("1e-8")  # where the exchange names no step
EXACT: Final = Context(prec=80)


@dataclass(frozen=True)
class OrderRules:
    """What an exchange takes: least amount and least cost of an order, steps of amount and price, the taker's fee."""

    min_amount: Decimal = ZERO
    min_cost: Decimal = ZERO
    amount_step: Decimal = FINEST
    price_step: Decimal = FINEST
    fee: Decimal = Decimal("0.001")


@dataclass(frozen=True)
class Limits:
    """How far to go: weights as parts of the whole portfolio, cash included.

    `drift_band`: a coin this close to its target is left alone. `turnover`: most that is bought and sold together.
    `slippage`: how much worse than `price` an order may be filled.
    """

    cash_reserve: Decimal = ZERO
    drift_band: Decimal = ZERO
    turnover: Decimal | None = None
    slippage: Decimal = Decimal("0.002")


@dataclass(frozen=True)
class Order:
    """An order with a limit; `cost` is amount times limit, `fee` what it costs besides, both at the limit."""

    number: int
    side: Side
    symbol: str
    amount: Decimal
    price: Decimal
    limit: Decimal
    fee_rate: Decimal

    @property
    def cost(self) -> Decimal:
        """What is paid or received at the limit, before the fee."""
        return EXACT.multiply(self.amount, self.limit)

    @property
    def fee(self) -> Decimal:
        """The fee at the limit."""
        return EXACT.multiply(self.cost, self.fee_rate)


@dataclass(frozen=True)
class Plan:
    """Orders, sells before buys, and what was left alone with the reason."""

    orders: list[Order]
    left_alone: dict[str, str] = field(default_factory=dict)
    scaled: Decimal = Decimal(1)


@dataclass(frozen=True)
class Book:
    """What is held, and at what prices it counts. `prices` and `rules` know every coin of `amounts` and of targets."""

    amounts: Mapping[str, Decimal]
    cash: Decimal
    prices: Mapping[str, Decimal]
    rules: Mapping[str, OrderRules]

    def value(self, symbol: str) -> Decimal:
        """Worth of one position."""
        return EXACT.multiply(self.amounts.get(symbol, ZERO), self.prices[symbol])

    @property
    def total(self) -> Decimal:
        """Worth of everything, cash included."""
        with localcontext(EXACT):
            return self.cash + sum((self.value(symbol) for symbol in self.amounts), ZERO)

    def weight(self, symbol: str) -> Decimal:
        """Part of the whole that a position is; 0 of an empty portfolio."""
        return EXACT.divide(self.value(symbol), self.total) if self.total else ZERO


def plan_orders(book: Book, targets: Mapping[str, Decimal], limits: Limits) -> Plan:
    """The orders. `targets` are parts of the whole portfolio by coin (what is missing of 1 stays cash).

    Amounts are rounded down to the exchange's step and limits against us, so that filled at their limits the buys with
    their fees cost at most the cash that there is and that the sells bring, less the reserve.
    """
    with localcontext(EXACT):
        left: dict[str, str] = {}
        wanted = _wanted(book, targets, limits, left)
        traded = sum((abs(value) for value in wanted.values()), ZERO)
        scaled = Decimal(1)
        if limits.turnover is not None and traded > limits.turnover * book.total:
            scaled = limits.turnover * book.total / traded
        orders = _sells(book, wanted, targets, scaled, limits, left)
        brought = sum((order.cost - order.fee for order in orders), ZERO)
        spendable = book.cash + brought - limits.cash_reserve * book.total
        orders += _buys(book, wanted, scaled, spendable, limits, left, len(orders))
        return Plan(orders, left, scaled)


def _wanted(book: Book, targets: Mapping[str, Decimal], limits: Limits, left: dict[str, str]) -> dict[str, Decimal]:
    """Value to trade of each coin outside its band; positive is bought."""
    wanted = {}
    for symbol in dict.fromkeys([*book.amounts, *targets]):
        target = targets.get(symbol, ZERO)
        drift = book.weight(symbol) - target
        if abs(drift) <= limits.drift_band:
            left[symbol] = f"{abs(drift):.2%} off its target, inside the band of {limits.drift_band:.2%}"
            continue
        wanted[symbol] = target * book.total - book.value(symbol)
    return wanted


def _sells(
    book: Book,
    wanted: Mapping[str, Decimal],
    targets: Mapping[str, Decimal],
    scaled: Decimal,
    limits: Limits,
    left: dict[str, str],
) -> list[Order]:
    orders: list[Order] = []
    for symbol, value in wanted.items():
        if value >= 0:
            continue
        held, price, rules = book.amounts.get(symbol, ZERO), book.prices[symbol], book.rules[symbol]
        whole = targets.get(symbol, ZERO) == 0 and scaled == 1
        amount = _down(held if whole else min(held, -value * scaled / price), rules.amount_step)
        limit = _down(price * (1 - limits.slippage), rules.price_step)
        _add(orders, Order(len(orders) + 1, "sell", symbol, amount, price, limit, rules.fee), rules, left)
    return orders


def _buys(
    book: Book,
    wanted: Mapping[str, Decimal],
    scaled: Decimal,
    spendable: Decimal,
    limits: Limits,
    left: dict[str, str],
    before: int,
) -> list[Order]:
    buys = {symbol: value * scaled for symbol, value in wanted.items() if value > 0}
    at_limit = {}
    for symbol, value in buys.items():
        rules = book.rules[symbol]
        limit = _up(book.prices[symbol] * (1 + limits.slippage), rules.price_step)
        at_limit[symbol] = value / book.prices[symbol] * limit * (1 + rules.fee)
    needed = sum(at_limit.values(), ZERO)
    share = min(Decimal(1), max(ZERO, spendable) / needed) if needed else Decimal(1)
    orders: list[Order] = []
    for symbol, value in buys.items():
        price, rules = book.prices[symbol], book.rules[symbol]
        limit = _up(price * (1 + limits.slippage), rules.price_step)
        amount = _down(value * share / price, rules.amount_step)
        number = before + len(orders) + 1
        _add(orders, Order(number, "buy", symbol, amount, price, limit, rules.fee), rules, left)
    return orders


def _add(orders: list[Order], order: Order, rules: OrderRules, left: dict[str, str]) -> None:
    """Take the order, or say why the exchange would not."""
    if order.amount <= 0:
        left[order.symbol] = f"less than the exchange's step of {plain(rules.amount_step)} {order.symbol}"
    elif order.limit <= 0:
        left[order.symbol] = f"its price is below the exchange's step of {plain(rules.price_step)}"
    elif order.amount < rules.min_amount:
        left[order.symbol] = f"{plain(order.amount)} is below the least amount {plain(rules.min_amount)}"
    elif order.cost < rules.min_cost:
        left[order.symbol] = f"worth {plain(order.cost)}, below the exchange's least order of {plain(rules.min_cost)}"
    else:
        orders.append(order)


def _down(value: Decimal, step: Decimal) -> Decimal:
    return _to_step(value, step, ROUND_FLOOR)


def _up(value: Decimal, step: Decimal) -> Decimal:
    return _to_step(value, step, ROUND_CEILING)


def _to_step(value: Decimal, step: Decimal, rounding: str) -> Decimal:
    step = step if step > 0 else FINEST
    return (value / step).to_integral_value(rounding) * step


def plain(number: Decimal) -> str:
    """A number without exponent and without trailing zeros."""
    text = f"{number:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"
