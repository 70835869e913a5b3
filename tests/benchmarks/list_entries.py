"""Entries of allow and block lists by the ten thousand, put into the store of the running stack and taken out again."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import uuid4

import sqlalchemy as sa

from blocks.payment_store import PaymentStore
from blocks.warehouse.tables import fraud_list_entries as entries

BY = "benchmark"


@contextmanager
def listed(store: PaymentStore, owner: str, count: int) -> Iterator[None]:
    """`count` entries while the context lasts: a third each of customers, devices and addresses.

    One of a hundred addresses is a network, and one entry of a hundred is on the allow list; no payment is hit.
    """
    if count:
        with store.changing() as connection:
            newest = _newest(connection)
            rows = [_row(owner, number, newest + number + 1) for number in range(count)]
            connection.execute(sa.insert(entries), rows)
    try:
        yield
    finally:
        with store.changing() as connection:
            own = (entries.c.owner == owner, entries.c.created_by == BY, entries.c.removed_at.is_(None))
            changed = {"removed_at": datetime.now(UTC), "revision": entries.c.revision + _newest(connection)}
            connection.execute(sa.update(entries).where(*own).values(**changed))


def _row(owner: str, number: int, revision: int) -> dict[str, object]:
    field = ("customer_id", "device", "ip")[number % 3]
    address = f"10.{revision >> 16 & 255}.{revision >> 8 & 255}.{revision & 255}"
    network = number % 300 == 2
    value = (f"{address}/32" if network else address) if field == "ip" else f"{uuid4().hex}-{number}"
    return {
        "entry_id": uuid4().hex,
        "owner": owner,
        "list": "allow" if number % 100 == 0 else "block",
        "field": field,
        "value": value,
        "reason": "seen in a fraud",
        "created_by": BY,
        "created_at": datetime.now(UTC),
        "expires_at": None,
        "removed_at": None,
        "revision": revision,
    }


def _newest(connection: sa.Connection) -> int:
    return connection.scalar(sa.select(sa.func.max(entries.c.revision))) or 0
