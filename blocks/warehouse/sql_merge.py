"""Rows into a table of PostgreSQL or SQLite, in place of those with the same primary key."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import JSON, Column, ColumnElement, Connection, MetaData, Table, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from blocks.warehouse.copy import copy_rows

CHUNK: Final = 10_000
COPIED_FROM: Final = 1_000
"""From so many rows on, PostgreSQL takes them by COPY into a table of their own, and moves them in one statement."""

Row = Mapping[str, Any]


def merge_rows(connection: Connection, target: Table, rows: Sequence[Row]) -> None:
    """Within the connection's transaction, in the order of their keys: two at once wait, and neither locks the other.

    A row that is there as it is given is not written again.
    """
    key = [str(column.name) for column in target.primary_key]
    ordered = iter(sorted(rows, key=lambda row: tuple(row[name] for name in key)))
    if connection.dialect.name == "postgresql" and len(rows) >= COPIED_FROM:
        _merge_copied(connection, target, ordered)
        return
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = _replacing(insert(target), target)
    while chunk := [dict(row) for row in islice(ordered, CHUNK)]:
        connection.execute(statement, chunk)


def _merge_copied(connection: Connection, target: Table, rows: Iterator[Row]) -> None:
    """COPY takes many times as many rows a second as INSERT does."""
    columns = (Column(column.name, column.type) for column in target.columns)
    name = f"incoming_{uuid4().hex}"
    beside = Table(name, MetaData(), *columns, prefixes=["TEMPORARY"], postgresql_on_commit="DROP")
    beside.create(connection)
    copy_rows(connection, beside, rows)
    incoming = select(beside).order_by(*(beside.c[column.name] for column in target.primary_key))
    connection.execute(_replacing(postgresql.insert(target).from_select(beside.columns.keys(), incoming), target))


def _replacing(insert: Any, target: Table) -> Any:
    """The INSERT of either dialect, with what to do where the key is taken."""
    others = [column for column in target.columns if not column.primary_key]
    if not others:
        return insert.on_conflict_do_nothing()
    given = insert.excluded
    return insert.on_conflict_do_update(
        index_elements=list(target.primary_key),
        set_={column.name: given[column.name] for column in others},
        where=_differs(target, given),
    )


def _differs(target: Table, given: Any) -> ColumnElement[bool] | None:
    """Whether a row is another than the one that is there; None where PostgreSQL can't tell (JSON)."""
    others = [column for column in target.columns if not column.primary_key]
    if any(isinstance(column.type, JSON) for column in others):
        return None
    return or_(*(column.is_distinct_from(given[column.name]) for column in others))
