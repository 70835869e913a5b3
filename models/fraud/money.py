"""Amounts as integers of a currency's minor unit (cents), with no rounding on the way."""

from decimal import Decimal
from functools import lru_cache

MAX_MAJOR = 1_000_000_000
"""Amounts from a thousand million major units on are refused as mistakes."""

NO_CURRENCY = "XXX"
"""ISO 4217's own code for no currency; counted with two decimals."""

FLOAT_NOISE = Decimal("1e-6")


@lru_cache(maxsize=256)
def decimals(currency: str) -> int:
    """Decimals of an ISO 4217 currency: 2 for EUR, 0 for JPY, 3 for KWD. Raises ValueError for an unknown code."""
    from iso4217 import Currency  # noqa: PLC0415 - its table is read at import

    try:
        exponent = Currency(currency).exponent
    except ValueError:
        raise ValueError(f"{currency!r} is not an ISO 4217 currency code such as EUR, USD or JPY") from None
    return 2 if exponent is None else int(exponent)


def to_minor(amount: Decimal, currency: str) -> int:
    """Minor units of an amount: 12.10 EUR is 1210.

    Raises ValueError for amounts that are negative, not finite, too large, or finer than the minor unit by more than
    the noise that a float carries (0.1 + 0.2).
    """
    if not amount.is_finite():
        raise ValueError("amount must be a finite number")
    if not 0 <= amount < MAX_MAJOR:
        raise ValueError(f"amount must be at least 0 and below {MAX_MAJOR:,}")
    scaled = amount.scaleb(decimals(currency))
    minor = scaled.to_integral_value()
    if abs(scaled - minor) > FLOAT_NOISE:
        raise ValueError(
            f"amount {amount} is finer than the smallest unit of {currency} ({decimals(currency)} decimals)"
        )
    return int(minor)


def format_minor(minor: int, currency: str) -> str:
    """Minor units as people write them: 41250 EUR is '412.50 EUR'; without a currency, the number alone."""
    places = decimals(currency)
    number = f"{Decimal(minor).scaleb(-places):,.{places}f}"
    return number if currency == NO_CURRENCY else f"{number} {currency}"
