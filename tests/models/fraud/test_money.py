from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.fraud.money import decimals, format_minor, to_minor

pytestmark = pytest.mark.fraud


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("12.10", "EUR", 1210),
        ("0", "EUR", 0),
        ("500", "JPY", 500),
        ("1.234", "KWD", 1234),
        ("0.30000000000000004", "EUR", 30),  # what a float makes of 0.1 + 0.2
        ("999999999.99", "XXX", 99_999_999_999),
    ],
)
def test_amounts_are_whole_minor_units(amount: str, currency: str, minor: int) -> None:
    assert to_minor(Decimal(amount), currency) == minor


@given(st.integers(0, 99_999_999_999))
def test_every_cent_survives_a_float(minor: int) -> None:
    assert to_minor(Decimal(str(minor / 100)), "EUR") == minor


@pytest.mark.parametrize(
    ("amount", "currency", "why"),
    [
        ("-0.01", "EUR", "at least 0"),
        ("1000000000", "EUR", "below"),
        ("NaN", "EUR", "finite"),
        ("Infinity", "EUR", "finite"),
        ("1.005", "EUR", "finer"),
        ("1.5", "JPY", "finer"),
        ("1", "ABC", "ISO 4217"),
    ],
)
def test_amounts_that_can_not_be_are_refused(amount: str, currency: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        to_minor(Decimal(amount), currency)


def test_amounts_read_as_people_write_them() -> None:
    assert format_minor(123_456, "EUR") == "1,234.56 EUR"
    assert format_minor(500, "JPY") == "500 JPY"
    assert format_minor(50, "XXX") == "0.50"
    assert decimals("XXX") == 2
