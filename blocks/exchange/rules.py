"""What an exchange demands of an order, and what it charges."""

from dataclasses import dataclass


@dataclass(frozen=True)
class MarketRules:
    """Rules of one spot market; None where the exchange tells none.

    Amounts are in the coin, costs and prices in the quote. `amount_step` and `price_step` are what they must be whole
    multiples of. Fees are fractions of the cost (0.001 is 0.1 %) for a customer without discounts.
    """

    symbol: str
    quote: str
    exchange: str
    min_amount: float | None
    min_cost: float | None
    amount_step: float | None
    price_step: float | None
    taker_fee: float | None
    maker_fee: float | None
