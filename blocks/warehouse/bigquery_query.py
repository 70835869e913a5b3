"""SQLAlchemy's selects in BigQuery's words, with parameters: nothing of a value is ever part of the text."""

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from google.cloud.bigquery import ScalarQueryParameter
from sqlalchemy import Dialect, Select
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.sql.compiler import GenericTypeCompiler, IdentifierPreparer
from sqlalchemy.types import TypeEngine

from blocks.warehouse.errors import WarehouseError

_TYPES = {
    "string": "STRING",
    "text": "STRING",
    "unicode": "STRING",
    "unicode_text": "STRING",
    "enum": "STRING",
    "uuid": "STRING",
    "small_integer": "INT64",
    "integer": "INT64",
    "big_integer": "INT64",
    "float": "FLOAT64",
    "double": "FLOAT64",
    "boolean": "BOOL",
    "datetime": "TIMESTAMP",
    "large_binary": "BYTES",
    "JSON": "JSON",
}
"""SQLAlchemy's own names of types, and BigQuery's where these differ from standard SQL's."""


class _Types(GenericTypeCompiler):
    def process(self, type_: TypeEngine[Any], **kw: Any) -> str:
        return _TYPES.get(type_.__visit_name__) or super().process(type_, **kw)


class _Names(IdentifierPreparer):
    """Every name in backticks: BigQuery reserves other words than standard SQL does."""

    def __init__(self, dialect: Dialect) -> None:
        super().__init__(dialect, initial_quote="`")

    def quote(self, ident: str, force: Any = None) -> str:  # noqa: ARG002 - SQLAlchemy's signature
        return self.quote_identifier(ident)


class _Dialect(DefaultDialect):
    """Enough of BigQuery to compile what is read and to name the types of columns; it never connects."""

    name = "bigquery"
    default_paramstyle = "qmark"
    type_compiler_cls = _Types
    supports_native_boolean = True

    def __init__(self) -> None:
        super().__init__()
        self.identifier_preparer = _Names(self)


_DIALECT = _Dialect()


def type_name(type_: TypeEngine[Any]) -> str:
    """BigQuery's name of a SQLAlchemy type, such as FLOAT64."""
    return type_.compile(dialect=_DIALECT)


def compiled(query: Select[Any]) -> tuple[str, list[ScalarQueryParameter]]:
    """The text of a query and its positional parameters. Raises `WarehouseError` for a time without a zone."""
    state = query.compile(dialect=_DIALECT).construct_expanded_state()  # with a parameter for each value of an IN
    return state.statement, [_parameter(value) for value in state.positional_parameters]


def _parameter(value: Any) -> ScalarQueryParameter:
    if isinstance(value, datetime) and value.tzinfo is None:
        raise WarehouseError(f"{value.isoformat()} has no time zone; give an aware datetime.")
    if isinstance(value, dict | list):
        return ScalarQueryParameter(None, "JSON", json.dumps(value))
    for python, name in _PARAMETERS:
        if isinstance(value, python):
            return ScalarQueryParameter(None, name, value)
    raise WarehouseError(f"BigQuery has no parameter of type {type(value).__name__}.")


# In this order: True is an int too, and a datetime is a date.
_PARAMETERS: tuple[tuple[type[Any], str], ...] = (
    (bool, "BOOL"),
    (int, "INT64"),
    (float, "FLOAT64"),
    (Decimal, "NUMERIC"),
    (datetime, "TIMESTAMP"),
    (date, "DATE"),
    (bytes, "BYTES"),
    (str, "STRING"),
    (type(None), "STRING"),
)
