"""The warehouse in PostgreSQL or SQLite."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Self

from sqlalchemy import Connection, Select, Table, insert, make_url, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from blocks.warehouse.digest import rows_digest
from blocks.warehouse.engine import engine_for
from blocks.warehouse.errors import RowsConflict, WarehouseError
from blocks.warehouse.migrate import pending_revisions, upgrade
from blocks.warehouse.rows import Rows
from blocks.warehouse.store import Row
from blocks.warehouse.tables import publications

CHUNK = 10_000
_migrated: set[str] = set()


class SqlStore:
    """Tables in a database that SQLAlchemy speaks to."""

    def __init__(self, url: str) -> None:
        self._address = make_url(url)
        self._engine = engine_for(url)

    @classmethod
    def at(cls, url: str) -> Self:
        """The store at `url`; a SQLite file, which nobody else looks after, is migrated at a process's first use."""
        store = cls(url)
        if store._address.get_backend_name() == "sqlite" and url not in _migrated:
            store.migrate()
            _migrated.add(url)
        return store

    def migrate(self) -> None:
        """Alembic's upgrade to the newest revision, one process at a time."""
        with self._explained():
            upgrade(self._engine)

    def publish(self, table: Table, rows: Sequence[Row], run_id: str) -> Rows:
        """The run's entry in `publications` decides, in one transaction, and tells a repeat from a change."""
        digest = rows_digest(rows)
        with self._explained(), self._engine.begin() as connection:
            if self._claims(connection, table, run_id, len(rows), digest):
                for start in range(0, len(rows), CHUNK):
                    connection.execute(insert(table), [dict(row) for row in rows[start : start + CHUNK]])
        return Rows(table=table.name, count=len(rows), uri=self._uri(table))

    def _claims(self, connection: Connection, table: Table, run_id: str, count: int, digest: str) -> bool:
        """Whether these rows are still to be stored. Raises `RowsConflict` when others are."""
        dialect = postgresql if self._address.get_backend_name() == "postgresql" else sqlite
        entry = {
            "run_id": run_id,
            "table_name": table.name,
            "row_count": count,
            "rows_sha256": digest,
            "published_at": datetime.now(UTC),
        }
        claim = dialect.insert(publications).values(entry).on_conflict_do_nothing().returning(publications.c.run_id)
        if connection.scalar(claim):
            return True
        stored = connection.scalar(
            select(publications.c.rows_sha256).where(
                publications.c.run_id == run_id, publications.c.table_name == table.name
            )
        )
        if stored != digest:
            raise RowsConflict(
                f"Run {run_id} has published other rows to {table.name} before; what is stored stays. "
                "Start a new run to publish these."
            )
        return False

    def read(self, query: Select[Any]) -> list[dict[str, Any]]:
        """Rows that a query selects."""
        with self._explained(), self._engine.begin() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def check(self) -> None:
        """Connect, and compare the tables with what this code expects."""
        with self._explained():
            behind = pending_revisions(self._engine)
        if behind:
            raise WarehouseError(f"The tables are behind by {', '.join(behind)}. Bring them up to date with migrate().")

    def _uri(self, table: Table) -> str:
        if self._address.get_backend_name() == "sqlite":
            return f"sqlite:///{self._address.database}#{table.name}"
        port = f":{self._address.port}" if self._address.port else ""
        return f"postgresql://{self._address.host or ''}{port}/{self._address.database}/{table.name}"

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn the driver's errors into ones that say where, and nothing that was secret."""
        shown = self._address.set(query={}).render_as_string(hide_password=True)
        try:
            yield
        except OperationalError as error:
            raise WarehouseError(
                f"The warehouse {shown} cannot be reached ({_reason(error)}). Is the database up, and the url right?"
            ) from None
        except DBAPIError as error:
            raise WarehouseError(f"The warehouse {shown} refused ({_reason(error)}).") from None
        except SQLAlchemyError as error:
            raise WarehouseError(f"The warehouse {shown}: {error}") from None


def _reason(error: DBAPIError) -> str:
    # The driver's own first line; SQLAlchemy's text adds the statement with its values.
    return str(error.orig).strip().partition("\n")[0][:300]
