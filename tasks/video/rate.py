"""Pictures a second as an exact fraction."""

from fractions import Fraction
from typing import Final

SLOWEST, FASTEST = 1, 120
_OF_TELEVISION: Final = Fraction(1000, 1001)


def exact_rate(given: float | str) -> Fraction:
    """The fraction that a number or a text such as "24000/1001" means; 23.976, 29.97 and 59.94 are television's.

    Raises:
        ValueError: It is no rate of 1 to 120 pictures a second.
    """
    try:
        rate = Fraction(given.strip()) if isinstance(given, str) else Fraction(given).limit_denominator(1001)
    except (ValueError, ZeroDivisionError, OverflowError):
        raise ValueError('give pictures a second as a number or a fraction, such as 24 or "24000/1001"') from None
    television = round(rate / _OF_TELEVISION) * _OF_TELEVISION
    if rate.denominator > 1 and abs(rate - television) < Fraction(1, 500):
        rate = television
    if not SLOWEST <= rate <= FASTEST:
        raise ValueError(f"choose {SLOWEST} to {FASTEST} pictures a second")
    return rate.limit_denominator(1001)
