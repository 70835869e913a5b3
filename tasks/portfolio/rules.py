"""What the exchange takes as an order; the usual of Binance where it can't be asked."""

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from blocks.exchange import Exchange, MarketDataError
from models.portfolio.orders import FINEST, OrderRules

if TYPE_CHECKING:
    from blocks.exchange import MarketRules

FEE: Final = Decimal("0.001")
ASSUMED: Final = OrderRules(min_cost=Decimal(5), fee=FEE)


def order_rules(
    symbols: Sequence[str], quote: str, exchange: str, source: str
) -> tuple[dict[str, OrderRules], list[str]]:
    """Rules by symbol, and what a reader should know of them. Raises `MarketDataError` where prices are the exchange's.

    With prices of a file or of the sample the exchange is asked as well, and where that fails the usual stands in.
    """
    told = (
        "The exchange's rules of orders are not known: assumed are a least order of 5, steps of 1e-8, a fee of 0.1 %."
    )
    if source == "sample":
        return dict.fromkeys(symbols, ASSUMED), [told]
    block = Exchange.default(exchange)
    try:
        found = {symbol: block.market_rules(symbol, quote) for symbol in symbols}
    except MarketDataError as error:
        if source == "exchange":
            raise
        return dict.fromkeys(symbols, ASSUMED), [f"{told} ({error})"]
    silent = sorted(symbol for symbol, rules in found.items() if rules.taker_fee is None)
    warnings = [f"{exchange} tells no fee for {', '.join(silent)}: {FEE:.1%} is assumed."] if silent else []
    return {symbol: _as_decimals(rules) for symbol, rules in found.items()}, warnings


def _as_decimals(rules: "MarketRules") -> OrderRules:
    def exact(value: float | None, otherwise: Decimal) -> Decimal:
        return otherwise if not value else Decimal(repr(value))

    return OrderRules(
        min_amount=exact(rules.min_amount, Decimal(0)),
        min_cost=exact(rules.min_cost, Decimal(0)),
        amount_step=exact(rules.amount_step, FINEST),
        price_step=exact(rules.price_step, FINEST),
        fee=FEE if rules.taker_fee is None else Decimal(repr(rules.taker_fee)),
    )
