"""The payment store as its readers see it: windows of runs, their verdicts, the audit, labels that come in."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Self

import sqlalchemy as sa
from sqlalchemy import Connection, insert, select, update

from blocks.payment_store.errors import PaymentStoreAway, PaymentStoreError
from blocks.payment_store.records import AuditRow
from blocks.settings import get_settings
from blocks.warehouse.engine import READING, engine_for
from blocks.warehouse.sql import SqlStore
from blocks.warehouse.tables import payment_labels, payment_verdicts, payments, verdict_windows
from blocks.warehouse.url import with_driver

PAGE = 1000
NEW_LINE = "\n"


class PaymentStore:
    """Payments, verdicts and the audit in one database. One process writes (`Writer`); any may read and label."""

    def __init__(self, url: str) -> None:
        self.url = with_driver(url)
        self.is_sqlite = sa.make_url(self.url).get_backend_name() == "sqlite"

    @classmethod
    def default(cls) -> Self:
        """`PAYMENT_STORE_URL`, else the warehouse (`WAREHOUSE_URL`) where it is a database, else a SQLite file."""
        settings = get_settings()
        named = settings.payment_store_url.get_secret_value() if settings.payment_store_url else None
        url = named or os.environ.get("WAREHOUSE_URL", "")
        if not url or url.startswith("bigquery:"):
            url = f"sqlite:///{settings.home / 'warehouse.db'}"
        return cls(url)

    def migrate(self) -> None:
        """Create the tables, or bring them up to date. Raises `WarehouseError`."""
        SqlStore(self.url).migrate()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that only reads. Raises `PaymentStoreAway`."""
        with explained():
            if self.is_sqlite:
                SqlStore.at(self.url)
            with engine_for(self.url).execution_options(**READING).begin() as connection:
                yield connection

    @contextmanager
    def changing(self) -> Iterator[Connection]:
        """A transaction beside the writer's. Raises `PaymentStoreAway`."""
        with explained():
            if self.is_sqlite:
                SqlStore.at(self.url)
            with engine_for(self.url).begin() as connection:
                yield connection

    def verdicts_of(self, run_id: str) -> list[AuditRow]:
        """The audit records of a run's window, in their order."""
        query = select(payment_verdicts).where(payment_verdicts.c.run_id == run_id)
        with self.reading() as connection:
            return [AuditRow(*row) for row in connection.execute(query.order_by(payment_verdicts.c.sequence))]

    def audit(self, after: int = 0) -> Iterator[AuditRow]:
        """The audit records after a sequence number, in their order, page by page."""
        while True:
            query = select(payment_verdicts).where(payment_verdicts.c.sequence > after)
            with self.reading() as connection:
                page = [
                    AuditRow(*row)
                    for row in connection.execute(query.order_by(payment_verdicts.c.sequence).limit(PAGE))
                ]
            yield from page
            if len(page) < PAGE:
                return
            after = page[-1].sequence

    def audit_of(self, transaction_id: str, owner: str | None = None) -> list[AuditRow]:
        """The audit records of a transaction: one for each owner that has one under this id."""
        query = select(payment_verdicts).where(payment_verdicts.c.transaction_id == transaction_id)
        if owner is not None:
            query = query.where(payment_verdicts.c.owner == owner)
        with self.reading() as connection:
            return [AuditRow(*row) for row in connection.execute(query.order_by(payment_verdicts.c.sequence))]

    def given(self, owner: str, ids: Iterable[str]) -> dict[str, str]:
        """Payments as they were given (JSON), by transaction id."""
        query = select(payments.c.transaction_id, payments.c.given).where(
            payments.c.owner == owner, payments.c.transaction_id.in_(list(ids))
        )
        with self.reading() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def owner_of_window(self, run_id: str) -> str | None:
        """Whose verdicts a run's window holds; None where the run has none."""
        with self.reading() as connection:
            found: str | None = connection.scalar(
                select(verdict_windows.c.owner).where(verdict_windows.c.run_id == run_id)
            )
            return found

    def windows(self, *states: str) -> list[tuple[str, str, str]]:
        """Windows in these states as (run id, owner, state), the oldest first."""
        columns = (verdict_windows.c.run_id, verdict_windows.c.owner, verdict_windows.c.state)
        query = select(*columns).where(verdict_windows.c.state.in_(states)).order_by(verdict_windows.c.opened_at)
        with self.reading() as connection:
            return [(row[0], row[1], row[2]) for row in connection.execute(query)]

    def count_windows(self, owner: str) -> int:
        """How many windows were ever opened for an owner."""
        query = select(sa.func.count()).select_from(verdict_windows).where(verdict_windows.c.owner == owner)
        with self.reading() as connection:
            return connection.scalar(query) or 0

    def open_window(self, run_id: str, owner: str, *, instead_of: str | None = None) -> None:
        """Open a window, in one transaction with closing another."""
        row = {"run_id": run_id, "owner": owner, "state": "open", "opened_at": datetime.now(UTC), "closed_at": None}
        with self.changing() as connection:
            if instead_of is not None:
                connection.execute(
                    update(verdict_windows)
                    .where(verdict_windows.c.run_id == instead_of)
                    .values(state="closed", closed_at=datetime.now(UTC))
                )
            connection.execute(insert(verdict_windows), row)

    def mark_window(self, run_id: str, state: str) -> None:
        """Note how far a window is: open, closed, scheduled."""
        with self.changing() as connection:
            connection.execute(update(verdict_windows).where(verdict_windows.c.run_id == run_id).values(state=state))

    def has_verdicts(self, run_id: str) -> bool:
        """Whether a window has any verdict."""
        query = select(payment_verdicts.c.sequence).where(payment_verdicts.c.run_id == run_id).limit(1)
        with self.reading() as connection:
            return connection.scalar(query) is not None

    def label(self, owner: str, labels: Iterable[tuple[str, bool]], source: str) -> int:
        """Hand in what became known of payments, (transaction id, whether it was fraud); returns how many.

        The scorer takes them up within seconds; of two for one payment the later counts. They move a terminal's risk
        once the payment is older than the label delay.
        """
        now = datetime.now(UTC)
        rows = [
            {
                "owner": owner,
                "transaction_id": transaction_id,
                "is_fraud": is_fraud,
                "source": source,
                "labelled_at": now,
                "applied": False,
            }
            for transaction_id, is_fraud in labels
        ]
        if rows:
            with self.changing() as connection:
                connection.execute(insert(payment_labels), rows)
        return len(rows)


@contextmanager
def explained() -> Iterator[None]:
    """Turn the database's errors into `PaymentStoreAway`, in the driver's own first line.

    What it refuses for a value or a key is a `PaymentStoreError`: the connection is well, and others may go on.
    """
    try:
        yield
    except (sa.exc.DataError, sa.exc.IntegrityError) as error:
        raise PaymentStoreError(f"The payment store refused: {str(error.orig).partition(NEW_LINE)[0][:300]}") from error
    except sa.exc.DBAPIError as error:
        reason = str(error.orig).strip().partition("\n")[0][:300]
        raise PaymentStoreAway(f"The payment store does not answer or refused: {reason}") from error
    except sa.exc.SQLAlchemyError as error:
        raise PaymentStoreAway(f"The payment store can't be used: {type(error).__name__}") from error
