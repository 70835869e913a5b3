"""Whether a value, in its JSON form, is one of a field's."""

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Final

Value = str | int | float | bool

_LARGEST: Final = 2**53 - 1
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_URL: Final = re.compile(r"https?://\S+")


def is_value(kind: str, value: Value) -> bool:
    """Whether a value is of a kind of field (`FieldType`), without regard to its bounds."""
    if kind == "boolean":
        return isinstance(value, bool)
    if kind in {"integer", "number"}:
        whole = kind == "integer"
        return not isinstance(value, bool | str) and (not whole or (isinstance(value, int) and abs(value) <= _LARGEST))
    return isinstance(value, str) and _is_text(kind, value)


def _is_text(kind: str, text: str) -> bool:
    if kind == "decimal":
        return _is_decimal(text)
    if kind in {"date", "datetime"}:
        return _is_moment(kind, text)
    if kind == "email":
        return _EMAIL.fullmatch(text) is not None
    if kind == "url":
        return _URL.fullmatch(text) is not None
    return "\n" not in text or kind == "long_text"


def _is_decimal(text: str) -> bool:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return False
    return number.is_finite() and abs(number) < 10**10 and number == round(number, 2)


def _is_moment(kind: str, text: str) -> bool:
    try:
        if kind == "date":
            date.fromisoformat(text)
        else:
            return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
    return True
