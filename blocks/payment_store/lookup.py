"""Looking stored payments up around a case: a customer's own, and those of others that meet them."""

from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy import select

from blocks.payment_store.store import PaymentStore
from blocks.warehouse.tables import payment_verdicts, payments


class StoredPayment(NamedTuple):
    """A payment as it was stored, and its audit record (JSON; None for loaded history).

    Times are microseconds since 1970, amounts minor units; label: 1 fraud, 0 genuine, -1 not known.
    """

    transaction_id: str
    time_us: int
    customer_id: str
    terminal_id: str
    amount_minor: int
    currency: str
    device: str
    country: str
    label: int
    record: str | None


COLUMNS: Final = [
    *(payments.c[name] for name in StoredPayment._fields if name != "record"),
    payment_verdicts.c.record,
]
WITH_VERDICT: Final = payments.outerjoin(
    payment_verdicts,
    (payment_verdicts.c.owner == payments.c.owner) & (payment_verdicts.c.transaction_id == payments.c.transaction_id),
)


def newest_of_customer(store: PaymentStore, owner: str, customer: str, most: int) -> list[StoredPayment]:
    """A customer's newest payments, the newest first. Raises `PaymentStoreAway`."""
    return list(_found(store, most, payments.c.owner == owner, payments.c.customer_id == customer))


def newest_meeting(
    store: PaymentStore, owner: str, *, terminals: Iterable[str], devices: Iterable[str], since_us: int, most: int
) -> list[StoredPayment]:
    """The newest payments at any of the terminals or with any of the devices. Raises `PaymentStoreAway`."""
    met = payments.c.terminal_id.in_(list(terminals)) | payments.c.device.in_(list(devices))
    return list(_found(store, most, payments.c.owner == owner, payments.c.time_us >= since_us, met))


def _found(store: PaymentStore, most: int, *chosen: sa.ColumnElement[bool]) -> Iterator[StoredPayment]:
    query = select(*COLUMNS).select_from(WITH_VERDICT).where(*chosen).order_by(payments.c.time_us.desc()).limit(most)
    with store.reading() as connection:
        for row in connection.execute(query):
            yield StoredPayment(*row)


def payments_of_owner(store: PaymentStore, owner: str) -> dict[str, list[Any]]:
    """All payments of an owner in the order of time, column by column: those of `StoredPayment` without the record.

    Raises `PaymentStoreAway`.
    """
    columns = [payments.c[name] for name in StoredPayment._fields if name != "record"]
    query = select(*columns).where(payments.c.owner == owner).order_by(payments.c.time_us, payments.c.transaction_id)
    with store.reading() as connection:
        rows = connection.execution_options(yield_per=20_000).execute(query)
        kept: dict[str, list[Any]] = {column.name: [] for column in columns}
        for part in rows.partitions():
            for name, values in zip(kept, zip(*part, strict=True), strict=True):
                kept[name].extend(values)
    return kept
