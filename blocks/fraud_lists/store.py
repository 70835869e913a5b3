"""Allow and block lists: added to, removed from, read. One transaction at a time changes them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final, Self
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy import Connection, func, insert, select, update

from blocks.fraud_lists.entry import COLUMNS, ListEntry
from blocks.fraud_lists.errors import ListConflict, ListFull, NoSuchEntry
from blocks.payment_store import PaymentStore
from blocks.warehouse.tables import fraud_list_entries as entries

MOST: Final = 100_000
"""Entries of an owner: the scorer holds them in memory."""

ONE_AT_A_TIME: Final = 5_496_212_389_011_283
"""Advisory lock of PostgreSQL that changes hold: revisions then become visible in their order."""


class FraudLists:
    """The lists of every owner."""

    def __init__(self, payments: PaymentStore) -> None:
        self._payments = payments

    @classmethod
    def default(cls) -> Self:
        """In the database of `PaymentStore.default()`."""
        return cls(PaymentStore.default())

    def add(
        self,
        owner: str,
        *,
        list_name: str,
        field: str,
        value: str,
        reason: str,
        by: str,
        expires_at: datetime | None = None,
    ) -> ListEntry:
        """Put a value on a list. One that is there gets the new reason and expiry.

        Raises `ListConflict` while it is on the other list, `ListFull`, `PaymentStoreAway`: then nothing was stored.
        """
        now = datetime.now(UTC)
        with self._changing() as connection:
            found = _one(connection, owner, field, value)
            if found is not None and _holds(found, now) and found.list != list_name:
                raise ListConflict(f"It is on the {found.list} list (entry {found.entry_id}): remove it there first.")
            if (found is None or not _holds(found, now)) and _count(connection, owner, now) >= MOST:
                raise ListFull(f"The lists hold {MOST:,} entries, the most they may: remove some.")
            entry = ListEntry(
                entry_id=found.entry_id if found is not None and _holds(found, now) else uuid4().hex,
                owner=owner, list=list_name, field=field, value=value, reason=reason, created_by=by, created_at=now,
                expires_at=expires_at, removed_at=None, revision=_next(connection),
            )  # fmt: skip
            if found is None:
                connection.execute(insert(entries), vars(entry))
            else:
                connection.execute(update(entries).where(*_key(entry)).values(**vars(entry)))
        return entry

    def remove(self, entry_id: str, owner: str | None = None) -> None:
        """Take an entry off. Raises `NoSuchEntry` where there is none, or it is not the owner's (None: anyone's)."""
        now = datetime.now(UTC)
        with self._changing() as connection:
            row = connection.execute(select(*COLUMNS).where(entries.c.entry_id == entry_id)).one_or_none()
            found = ListEntry(*row) if row else None
            if found is None or not _holds(found, now) or (owner is not None and found.owner != owner):
                raise NoSuchEntry(f"There is no entry {entry_id[:64]!a}.")
            removed = replace(found, removed_at=now, revision=_next(connection))
            connection.execute(update(entries).where(*_key(removed)).values(**vars(removed)))

    def entries(
        self,
        owner: str | None,
        *,
        list_name: str | None = None,
        field: str | None = None,
        value: str | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[ListEntry]:
        """Entries in force of an owner (None: everyone's), the newest first."""
        query = select(*COLUMNS).where(*_in_force(datetime.now(UTC)))
        for column, wanted in (
            (entries.c.owner, owner),
            (entries.c.list, list_name),
            (entries.c.field, field),
            (entries.c.value, value),
        ):
            if wanted is not None:
                query = query.where(column == wanted)
        query = query.order_by(entries.c.revision.desc()).limit(limit).offset(offset)
        with self._payments.reading() as connection:
            return [ListEntry(*row) for row in connection.execute(query)]

    @contextmanager
    def _changing(self) -> Iterator[Connection]:
        with self._payments.changing() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(select(func.pg_advisory_xact_lock(ONE_AT_A_TIME)))
            yield connection


def _one(connection: Connection, owner: str, field: str, value: str) -> ListEntry | None:
    chosen = (entries.c.owner == owner, entries.c.field == field, entries.c.value == value)
    row = connection.execute(select(*COLUMNS).where(*chosen)).one_or_none()
    return ListEntry(*row) if row else None


def _key(entry: ListEntry) -> tuple[sa.ColumnElement[bool], ...]:
    return entries.c.owner == entry.owner, entries.c.field == entry.field, entries.c.value == entry.value


def _holds(entry: ListEntry, now: datetime) -> bool:
    return entry.removed_at is None and (entry.expires_at is None or entry.expires_at > now)


def _in_force(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return entries.c.removed_at.is_(None), entries.c.expires_at.is_(None) | (entries.c.expires_at > now)


def _count(connection: Connection, owner: str, now: datetime) -> int:
    query = select(func.count()).select_from(entries).where(entries.c.owner == owner, *_in_force(now))
    return connection.scalar(query) or 0


def _next(connection: Connection) -> int:
    newest: Any = connection.scalar(select(func.max(entries.c.revision)))
    return int(newest or 0) + 1
