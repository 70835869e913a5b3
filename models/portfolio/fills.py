"""Orders filled on paper: what was asked for, at a price, out of what is held."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from models.portfolio.orders import EXACT, ZERO, Order


@dataclass(frozen=True)
class Fill:
    """What became of an order: the amount filled, at which price, for which fee; `reason` where nothing was."""

    order: Order
    filled: Decimal
    price: Decimal | None
    fee: Decimal
    reason: str | None = None


@dataclass(frozen=True)
class Balances:
    """Amounts by coin, none of them zero, and cash."""

    amounts: Mapping[str, Decimal]
    cash: Decimal


def fill_on_paper(
    orders: Sequence[Order], balances: Balances, prices: Mapping[str, Decimal]
) -> tuple[list[Fill], Balances]:
    """Fill each order whole at `prices`, or not at all: the price is past its limit, or there is not enough."""
    amounts, cash = dict(balances.amounts), balances.cash
    fills = []
    with localcontext(EXACT):
        for order in orders:
            price = prices[order.symbol]
            cost = order.amount * price
            fee = cost * order.fee_rate
            held = amounts.get(order.symbol, ZERO)
            selling = order.side == "sell"
            if (price < order.limit) if selling else (price > order.limit):
                fills.append(Fill(order, ZERO, None, ZERO, f"the price {price} is past the limit {order.limit}"))
            elif selling and order.amount > held:
                fills.append(Fill(order, ZERO, None, ZERO, f"only {held} {order.symbol} are held"))
            elif not selling and cost + fee > cash:
                fills.append(Fill(order, ZERO, None, ZERO, f"it costs {cost + fee} and there is {cash}"))
            else:
                amounts[order.symbol] = held - order.amount if selling else held + order.amount
                cash += cost - fee if selling else -cost - fee
                fills.append(Fill(order, order.amount, price, fee))
    return fills, Balances({symbol: amount for symbol, amount in amounts.items() if amount}, cash)
