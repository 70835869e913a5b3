"""Rows checked against their table before anything is stored, the same for every database.

SQLite takes any value in any column and BigQuery knows no primary keys: what one database would refuse, none gets.
"""

import json
import math
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from numbers import Integral, Real
from typing import Any

import orjson
from sqlalchemy import JSON, BigInteger, Column, DateTime, Float, Integer, String, Table, TypeDecorator

Convert = Callable[[Any], Any]
_ENCODER = json.JSONEncoder(allow_nan=False, ensure_ascii=False)


def checked_rows(table: Table, rows: Iterable[Mapping[str, Any]], run_id: str | None) -> list[dict[str, Any]]:
    """Rows of plain Python values (numpy's scalars converted, times in UTC), in the order given.

    A column that may be null may be left out. Raises ValueError, naming row and column, for a column that is missing or
    unknown, a value that does not fit, a run other than `run_id` (None: rows are of no run), and a primary key that
    stands twice.
    """
    converters = {str(column.name): _converter(column) for column in table.columns}
    key = [str(column.name) for column in table.primary_key]
    seen: set[tuple[Any, ...]] = set()
    checked = []
    for number, row in enumerate(rows):
        values = _checked_row(converters, row, f"row {number} of {table.name}")
        if run_id is not None and values["run_id"] != run_id:
            raise ValueError(f"row {number} of {table.name} must carry run_id={run_id!r}, not {values['run_id']!r}")
        identity = tuple(values[name] for name in key)
        if identity in seen:
            raise ValueError(f"row {number} of {table.name} repeats the key {', '.join(key)} = {identity}")
        seen.add(identity)
        checked.append(values)
    return checked


def _checked_row(converters: Mapping[str, Convert], row: Mapping[str, Any], place: str) -> dict[str, Any]:
    if unknown := row.keys() - converters.keys():
        raise ValueError(f"{place} has unknown columns {sorted(unknown)}")
    values = {}
    for name, convert in converters.items():
        try:
            values[name] = convert(row.get(name))
        except (TypeError, ValueError) as error:
            raise ValueError(f"{place}, column {name}: {error}") from None
    return values


def _converter(column: Column[Any]) -> Convert:
    convert, nullable = _convert_type(column), column.nullable

    def checked(value: Any) -> Any:
        if value is not None:
            return convert(value)
        if nullable:
            return None
        raise ValueError("needs a value")

    return checked


def _convert_type(column: Column[Any]) -> Convert:
    kind = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    match kind:
        case BigInteger():
            return lambda value: _whole(value, 63)
        case Integer():
            return lambda value: _whole(value, 31)
        case Float():
            return _finite
        case DateTime():
            return _moment
        case JSON():
            return _json
        case String(length=length):
            return lambda value: _text(value, length)
    raise TypeError(f"{column}: rows of type {kind!r} cannot be published yet")


def _text(value: Any, length: int | None) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not text")
    if "\x00" in value:
        raise ValueError("text cannot hold a NUL character")
    if length is not None and len(value) > length:
        raise ValueError(f"{value[:length]!r}… is longer than {length} characters")
    if not value.isascii():
        value.encode()  # a lone surrogate is no text
    return str(value)


def _whole(value: Any, bits: int) -> int:
    if type(value) is not int and (isinstance(value, bool) or not isinstance(value, Integral)):
        raise TypeError(f"{value!r} is not a whole number")
    number = int(value)
    if not -(1 << bits) <= number < 1 << bits:
        raise ValueError(f"{number} does not fit in {bits + 1} bits")
    return number


def _finite(value: Any) -> float:
    if type(value) is not float and (isinstance(value, bool) or not isinstance(value, Real)):
        raise TypeError(f"{value!r} is not a number")
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"{number} is not finite")
    return number


def _moment(value: Any) -> datetime:
    if not isinstance(value, datetime):
        raise TypeError(f"{value!r} is not a datetime")
    if value.tzinfo is None:
        raise ValueError(f"{value} has no time zone; give an aware datetime")
    utc = value if value.tzinfo is UTC else value.astimezone(UTC)
    if type(utc) is datetime:
        return utc
    # A subclass, such as pandas' Timestamp: drivers and encoders know the plain type only.
    return datetime(utc.year, utc.month, utc.day, utc.hour, utc.minute, utc.second, utc.microsecond, UTC)


def _json(value: Any) -> Any:
    # The standard encoder refuses what JSON does not know (NaN); what comes back is what a reader will get.
    return orjson.loads(_ENCODER.encode(value).encode())
