"""The one process that adds payments and verdicts."""

import fcntl
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy import Connection, func, insert, select, update

from blocks.payment_store.errors import PaymentStoreTaken
from blocks.payment_store.records import AuditRow, KnownPayment, PaymentRow
from blocks.payment_store.store import PaymentStore, explained
from blocks.warehouse.engine import CONNECT_SECONDS
from blocks.warehouse.tables import payment_labels, payment_verdicts, payments

ADVISORY_LOCK = 0x5041594D454E5453  # "PAYMENTS"
LABELS_AT_ONCE = 100  # payments that come meanwhile wait
BY_INDEX = "-c enable_seqscan=off"
"""For PostgreSQL: a plan that was made while a table was small would read all of it for each payment once it has grown,
until its statistics are renewed."""

TAKEN = "Another scorer writes to this payment store; there can be one. It takes over when that one ends."

Moment = tuple[str, str, int, int, str, str, int]
"""(customer, terminal, microseconds, minor units, device, country, label) of a stored payment."""

_MOMENT = (
    payments.c.customer_id,
    payments.c.terminal_id,
    payments.c.time_us,
    payments.c.amount_minor,
    payments.c.device,
    payments.c.country,
    payments.c.label,
)

# Written once: to build a statement takes longer than the database takes to answer it.
_IDS: sa.BindParameter[list[str]] = sa.bindparam("ids", expanding=True)
_WHOSE: sa.BindParameter[str] = sa.bindparam("whose")
_SINCE: sa.BindParameter[int] = sa.bindparam("moment")
_KNOWN = (
    select(payments.c.transaction_id, payments.c.contents_sha256, payment_verdicts.c.record)
    .outerjoin(
        payment_verdicts,
        (payment_verdicts.c.owner == payments.c.owner)
        & (payment_verdicts.c.transaction_id == payments.c.transaction_id),
    )
    .where(payments.c.owner == _WHOSE, payments.c.transaction_id.in_(_IDS))
)
_RECENT = select(*_MOMENT).where(payments.c.owner == _WHOSE, payments.c.time_us >= _SINCE)
_OF_CUSTOMERS = _RECENT.where(payments.c.customer_id.in_(_IDS))
_OF_TERMINALS = _RECENT.where(payments.c.terminal_id.in_(_IDS))


class Writer:
    """A connection of its own that holds the store's lock; transactions go through it one after the other."""

    def __init__(self, store: PaymentStore) -> None:
        """Connect and take the lock. Raises `PaymentStoreAway`, `PaymentStoreTaken`."""
        self._engine = _engine(store)
        self._lock_file: int | None = None
        try:
            with explained():
                self._connection = self._engine.connect()
                self._take_lock(store)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the lock."""
        with suppress(AttributeError, sa.exc.SQLAlchemyError):
            self._connection.close()
        self._engine.dispose()
        if self._lock_file is not None:
            os.close(self._lock_file)
            self._lock_file = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def transaction(self) -> Iterator["Transaction"]:
        """All or nothing, durable when it ends. Raises `PaymentStoreAway`: nothing was stored, open another writer."""
        with explained(), self._connection.begin():
            yield Transaction(self._connection)

    def _take_lock(self, store: PaymentStore) -> None:
        if store.is_sqlite:
            path = Path(f"{sa.make_url(store.url).database}.writer")
            self._lock_file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(self._lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise PaymentStoreTaken(TAKEN) from None
            return
        with self._connection.begin():
            if not self._connection.scalar(select(func.pg_try_advisory_lock(ADVISORY_LOCK))):
                raise PaymentStoreTaken(TAKEN)


class Transaction:
    """What a writer does within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def known(self, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], KnownPayment]:
        """What is stored under (owner, transaction id)."""
        found = {}
        for owner, ids in _by_owner(keys).items():
            for transaction_id, digest, record in self.connection.execute(_KNOWN, {"whose": owner, "ids": ids}):
                found[owner, transaction_id] = KnownPayment(digest, record)
        return found

    def of_customers(self, owner: str, since: Mapping[str, int]) -> Iterator[Moment]:
        """Payments of each customer from a moment (microseconds) on."""
        return self._moments(owner, _OF_CUSTOMERS, since)

    def of_terminals(self, owner: str, since: Mapping[str, int]) -> Iterator[Moment]:
        """Payments at each terminal from a moment (microseconds) on."""
        return self._moments(owner, _OF_TERMINALS, since)

    def _moments(self, owner: str, query: "sa.Select[Any]", since: Mapping[str, int]) -> Iterator[Moment]:
        groups: dict[int, list[str]] = {}
        for name, moment in since.items():
            groups.setdefault(moment, []).append(name)
        for moment, names in groups.items():
            for row in self.connection.execute(query, {"whose": owner, "ids": names, "moment": moment}):
                yield row[0], row[1], row[2], row[3], row[4], row[5], row[6]

    def first_moments(self, owner: str) -> tuple[int | None, int | None]:
        """When the owner's first payment was made, and the first with a label (microseconds)."""
        own = payments.c.owner == owner
        first = self.connection.scalar(select(func.min(payments.c.time_us)).where(own))
        labelled = self.connection.scalar(select(func.min(payments.c.time_us)).where(own, payments.c.label >= 0))
        return first, labelled

    def last_of_audit(self) -> tuple[int, str]:
        """Sequence number and digest of the newest audit record; (0, "") before the first."""
        query = select(payment_verdicts.c.sequence, payment_verdicts.c.digest)
        row = self.connection.execute(query.order_by(payment_verdicts.c.sequence.desc()).limit(1)).first()
        return (row[0], row[1]) if row else (0, "")

    def add(self, rows: Sequence[PaymentRow]) -> None:
        """Store payments that are not known."""
        self.connection.execute(insert(payments), [row._asdict() for row in rows])

    def relabel(self, owner: str, labels: Sequence[tuple[str, int]]) -> None:
        """Put labels on payments: (transaction id, 1 fraud or 0 genuine)."""
        if labels:
            self.connection.execute(
                update(payments)
                .where(payments.c.owner == owner, payments.c.transaction_id == sa.bindparam("which"))
                .values(label=sa.bindparam("said")),
                [{"which": transaction_id, "said": label} for transaction_id, label in labels],
            )

    def append(self, rows: Sequence[AuditRow]) -> None:
        """Append to the audit."""
        self.connection.execute(insert(payment_verdicts), [row._asdict() for row in rows])

    def take_labels(self) -> list[tuple[str, str, int]]:
        """Put labels that came in on their payments, some at a time; returns (owner, terminal, time) of those."""
        label = payment_labels
        query = (
            select(
                *(label.c[name] for name in ("id", "owner", "transaction_id", "is_fraud")),
                payments.c.terminal_id,
                payments.c.time_us,
            )
            .join(
                payments,
                (payments.c.owner == label.c.owner) & (payments.c.transaction_id == label.c.transaction_id),
            )
            .where(label.c.applied.is_(False))
        )
        found = self.connection.execute(query.order_by(label.c.id).limit(LABELS_AT_ONCE)).all()
        for owner in {row[1] for row in found}:  # in the order in which they came: the later one counts
            self.relabel(owner, [(row[2], int(row[3])) for row in found if row[1] == owner])
        if found:
            taken = [row[0] for row in found]
            self.connection.execute(update(label).where(label.c.id.in_(taken)).values(applied=True))
        return [(row[1], row[4], row[5]) for row in found]


def _by_owner(keys: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    owners: dict[str, list[str]] = {}
    for owner, transaction_id in keys:
        owners.setdefault(owner, []).append(transaction_id)
    return owners


def _engine(store: PaymentStore) -> sa.Engine:
    """An engine for one connection; on SQLite a commit reaches the disk before it returns."""
    if not store.is_sqlite:
        arguments = {"connect_timeout": CONNECT_SECONDS, "prepare_threshold": 2, "options": BY_INDEX}
        return sa.create_engine(store.url, poolclass=sa.NullPool, connect_args=arguments)
    engine = sa.create_engine(
        store.url, poolclass=sa.NullPool, connect_args={"timeout": 60, "check_same_thread": False}
    )

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # transactions begin below
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
