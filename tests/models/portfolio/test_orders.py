"""Orders and fills: what must hold of every portfolio, and single cases in exact numbers."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from models.portfolio.fills import Balances, fill_on_paper
from models.portfolio.orders import Book, Limits, OrderRules, Plan, plain, plan_orders

pytestmark = pytest.mark.crypto

NAMES = ("BTC", "ETH", "SOL", "DOGE", "SHIB")
STEPS = ("0.00001", "0.0001", "0.001", "0.1", "1")
amounts = st.decimals("0", "10000", places=8)
prices = st.decimals("0.00000001", "200000", places=8)
rules = st.builds(
    OrderRules,
    min_amount=st.sampled_from([Decimal(0), Decimal("0.001"), Decimal(1)]),
    min_cost=st.sampled_from([Decimal(0), Decimal(5), Decimal(10)]),
    amount_step=st.sampled_from([Decimal(step) for step in STEPS]),
    price_step=st.sampled_from([Decimal("0.00000001"), Decimal("0.0001"), Decimal("0.01")]),
    fee=st.decimals("0", "0.01", places=4),
)
limits = st.builds(
    Limits,
    cash_reserve=st.decimals("0", "0.5", places=2),
    drift_band=st.decimals("0", "0.2", places=2),
    turnover=st.none() | st.decimals("0", "2", places=2),
    slippage=st.decimals("0", "0.05", places=3),
)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Book, dict[str, Decimal], Limits]:
    names = NAMES[: draw(st.integers(1, 5))]
    held = {name: draw(amounts) for name in names if draw(st.booleans())}
    book = Book(
        held,
        draw(st.decimals("0", "100000", places=8)),
        {name: draw(prices) for name in names},
        {name: draw(rules) for name in names},
    )
    assume(book.total > 0)
    bounds = draw(limits)
    raw = [draw(st.integers(0, 100)) for _ in names]
    whole = Decimal(sum(raw) or 1) / (1 - bounds.cash_reserve)
    return book, {name: share / whole for name, share in zip(names, raw, strict=True)}, bounds


def at_limits(book: Book, plan: Plan) -> Balances:
    filled, after = fill_on_paper(
        plan.orders, Balances(book.amounts, book.cash), {order.symbol: order.limit for order in plan.orders}
    )
    assert all(fill.reason is None for fill in filled), "every order can be filled at its limit"
    return after


@settings(max_examples=300)
@given(cases())
def test_orders_hold_their_promises(case: tuple[Book, dict[str, Decimal], Limits]) -> None:
    book, targets, bounds = case
    plan = plan_orders(book, targets, bounds)
    sides = [order.side for order in plan.orders]
    assert sides == sorted(sides, reverse=True), "sells come before buys"
    assert [order.number for order in plan.orders] == list(range(1, len(sides) + 1))
    traded = Decimal(0)
    for order in plan.orders:
        rule = book.rules[order.symbol]
        assert order.amount >= rule.min_amount
        assert order.cost >= rule.min_cost
        assert order.amount % rule.amount_step == 0
        assert order.limit % rule.price_step == 0
        assert order.amount > 0
        assert (order.limit <= order.price) if order.side == "sell" else (order.limit >= order.price)
        assert abs(book.weight(order.symbol) - targets.get(order.symbol, Decimal(0))) > bounds.drift_band
        traded += order.amount * order.price
    if bounds.turnover is not None:
        assert traded <= bounds.turnover * book.total * (1 + Decimal("1e-30"))
    after = at_limits(book, plan)
    assert after.cash >= 0
    assert all(amount >= 0 for amount in after.amounts.values())
    if "buy" in sides:
        assert after.cash >= bounds.cash_reserve * book.total * (1 - Decimal("1e-30"))


@settings(max_examples=300)
@given(cases())
def test_traded_coins_move_towards_their_targets_and_only_fees_are_lost(
    case: tuple[Book, dict[str, Decimal], Limits],
) -> None:
    book, targets, bounds = case
    plan = plan_orders(book, targets, bounds)
    fills, after = fill_on_paper(plan.orders, Balances(book.amounts, book.cash), dict(book.prices))
    fees = sum((fill.fee for fill in fills), Decimal(0))
    worth = after.cash + sum((amount * book.prices[name] for name, amount in after.amounts.items()), Decimal(0))
    assert abs(worth + fees - book.total) <= Decimal("1e-20") * book.total
    for fill in fills:
        assert fill.reason is None
        name = fill.order.symbol
        goal = targets.get(name, Decimal(0)) * book.total
        before, now = book.value(name), after.amounts.get(name, Decimal(0)) * book.prices[name]
        assert abs(now - goal) < abs(before - goal)
        assert (before - goal) * (now - goal) >= -Decimal("1e-20") * book.total**2, "never past the target"


def book(**changes: Any) -> Book:
    rule = OrderRules(Decimal("0.00001"), Decimal(5), Decimal("0.00001"), Decimal("0.01"), Decimal("0.001"))
    values: dict[str, Any] = {
        "amounts": {"BTC": Decimal("0.5")},
        "cash": Decimal(0),
        "prices": {"BTC": Decimal(60000), "ETH": Decimal(3000)},
        "rules": {"BTC": rule, "ETH": rule},
    }
    return Book(**{**values, **changes})


def test_half_of_one_coin_becomes_another() -> None:
    plan = plan_orders(book(), {"BTC": Decimal("0.5"), "ETH": Decimal("0.5")}, Limits(slippage=Decimal("0.002")))
    sell, buy = plan.orders
    assert (sell.side, sell.symbol, sell.amount, sell.limit) == ("sell", "BTC", Decimal("0.25"), Decimal("59880.00"))
    assert sell.cost - sell.fee == Decimal("14955.03")
    assert (buy.side, buy.symbol, buy.limit) == ("buy", "ETH", Decimal("3006.00"))
    assert buy.cost + buy.fee <= Decimal("14955.03") < buy.cost + buy.fee + Decimal("0.1")


def test_inside_the_band_nothing_is_traded() -> None:
    held = {"BTC": Decimal("0.26"), "ETH": Decimal("4.8")}
    plan = plan_orders(
        book(amounts=held), {"BTC": Decimal("0.5"), "ETH": Decimal("0.5")}, Limits(drift_band=Decimal("0.05"))
    )
    assert plan.orders == []
    assert plan.left_alone["BTC"] == "2.00% off its target, inside the band of 5.00%"


def test_dust_stays_and_is_told() -> None:
    held = {"BTC": Decimal("0.5"), "ETH": Decimal("0.001")}
    plan = plan_orders(book(amounts=held), {"BTC": Decimal(1)}, Limits())
    assert plan.orders == []
    assert plan.left_alone["ETH"] == "worth 2.994, below the exchange's least order of 5"


def test_the_turnover_limit_scales_everything() -> None:
    goal = {"BTC": Decimal(0), "ETH": Decimal(1)}
    plan = plan_orders(book(), goal, Limits(turnover=Decimal("0.2")))
    assert plan.scaled == Decimal("0.1")
    assert plan.orders[0].amount == Decimal("0.05")


def test_a_position_without_a_target_is_sold_whole() -> None:
    plan = plan_orders(book(amounts={"BTC": Decimal("0.123456789")}), {"ETH": Decimal(1)}, Limits())
    assert plan.orders[0].amount == Decimal("0.12345"), "down to the exchange's step"


def test_a_fill_past_its_limit_or_without_means_does_not_happen() -> None:
    plan = plan_orders(book(), {"BTC": Decimal("0.5"), "ETH": Decimal("0.5")}, Limits())
    balances = Balances({"BTC": Decimal("0.5")}, Decimal(0))
    fills, after = fill_on_paper(plan.orders, balances, {"BTC": Decimal(50000), "ETH": Decimal(3000)})
    assert fills[0].reason == "the price 50000 is past the limit 59880.00"
    assert "and there is 0" in str(fills[1].reason)
    assert after == balances
    empty, _ = fill_on_paper(plan.orders, Balances({}, Decimal(0)), {"BTC": Decimal(60000), "ETH": Decimal(3000)})
    assert empty[0].reason == "only 0 BTC are held"


@pytest.mark.parametrize(("number", "text"), [("1E-8", "0.00000001"), ("100", "100"), ("1.500", "1.5"), ("0", "0")])
def test_numbers_without_exponent(number: str, text: str) -> None:
    assert plain(Decimal(number)) == text
