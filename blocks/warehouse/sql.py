"""The warehouse in PostgreSQL or SQLite."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Self

from sqlalchemy import URL, Connection, Select, Table, func, insert, make_url, select
from sqlalchemy.dialects import postgresql, sqlite

from blocks.warehouse.digest import rows_digest
from blocks.warehouse.engine import READING, engine_for
from blocks.warehouse.errors import RowsConflict, WarehouseError
from blocks.warehouse.rows import Rows
from blocks.warehouse.sql_access import missing_privileges
from blocks.warehouse.sql_errors import explained
from blocks.warehouse.store import Row
from blocks.warehouse.tables import publications
from blocks.warehouse.url import with_driver

CHUNK = 10_000
_migrated: dict[str, tuple[int, int] | None] = {}


class SqlStore:
    """Tables in a database that SQLAlchemy speaks to."""

    def __init__(self, url: str) -> None:
        self._url = with_driver(url)
        self._address = make_url(self._url)
        self._is_sqlite = self._address.get_backend_name() == "sqlite"

    @classmethod
    def at(cls, url: str) -> Self:
        """The store at `url`; a SQLite file, which nobody else looks after, is migrated at a process's first use."""
        store = cls(url)
        if store._is_sqlite and (url not in _migrated or _migrated[url] != store._file()):
            store.migrate()
            _migrated[url] = store._file()
        return store

    def migrate(self) -> None:
        """Alembic's upgrade to the newest revision, one process at a time."""
        from blocks.warehouse.migrate import upgrade  # noqa: PLC0415 - Alembic takes a quarter of a second to import

        with explained(self._address):
            upgrade(engine_for(self._url))

    def publish(self, table: Table, rows: Sequence[Row], run_id: str) -> Rows:
        """The run's entry in `publications` decides, in one transaction, and tells a repeat from a change."""
        digest = rows_digest(rows)
        with explained(self._address), engine_for(self._url).begin() as connection:
            if self._claims(connection, table, run_id, len(rows), digest):
                self._store(connection, table, rows)
        return Rows(table=table.name, count=len(rows), uri=self._uri(table))

    def add(self, table: Table, rows: Sequence[Row], run_id: str) -> Rows:
        """One transaction; in the order of their keys, so that two at once wait for each other instead of locking."""
        key = [str(column.name) for column in table.primary_key]
        ordered = iter(sorted(rows, key=lambda row: tuple(row[name] for name in key)))
        statement = (sqlite if self._is_sqlite else postgresql).insert(table).on_conflict_do_nothing()
        with explained(self._address), engine_for(self._url).begin() as connection:
            while chunk := [dict(row) for row in islice(ordered, CHUNK)]:
                connection.execute(statement, chunk)
            mine = select(func.count()).select_from(table).where(table.c.run_id == run_id)
            count = connection.scalar(mine) or 0
        return Rows(table=table.name, count=count, uri=self._uri(table))

    def merge(self, batches: Sequence[tuple[Table, Sequence[Row]]]) -> list[Rows]:
        """One transaction, in the order of keys as `add`; what stays as it was is not written."""
        from blocks.warehouse.sql_merge import merge_rows  # noqa: PLC0415 - loads PostgreSQL's driver

        with explained(self._address), engine_for(self._url).begin() as connection:
            for table, rows in batches:
                merge_rows(connection, table, rows)
        return [Rows(table=table.name, count=len(rows), uri=self._uri(table)) for table, rows in batches]

    def _claims(self, connection: Connection, table: Table, run_id: str, count: int, digest: str) -> bool:
        """Whether these rows are still to be stored; no rows claim nothing. Raises `RowsConflict` for others.

        On PostgreSQL a second process that publishes the same run waits here until the first has committed.
        """
        entry = {
            "run_id": run_id,
            "table_name": table.name,
            "row_count": count,
            "rows_sha256": digest,
            "published_at": datetime.now(UTC),
        }
        dialect = sqlite if self._is_sqlite else postgresql
        claim = dialect.insert(publications).values(entry).on_conflict_do_nothing().returning(publications.c.run_id)
        if count and connection.scalar(claim):
            return True
        stored = connection.scalar(
            select(publications.c.rows_sha256).where(
                publications.c.run_id == run_id, publications.c.table_name == table.name
            )
        )
        if stored not in {None, digest}:
            raise RowsConflict.of(table.name, run_id)
        return False

    def _store(self, connection: Connection, table: Table, rows: Sequence[Row]) -> None:
        if self._is_sqlite:
            remaining = iter(rows)
            while chunk := [dict(row) for row in islice(remaining, CHUNK)]:
                connection.execute(insert(table), chunk)
            return
        from blocks.warehouse.copy import copy_rows  # noqa: PLC0415 - loads PostgreSQL's driver

        copy_rows(connection, table, rows)

    def read(self, query: Select[Any]) -> list[dict[str, Any]]:
        """Rows that a query selects."""
        with self._reading() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def columns(self, query: Select[Any]) -> dict[str, list[Any]]:
        """Rows that a query selects, column by column."""
        with self._reading() as connection:
            found = connection.execute(query)
            names, rows = list(found.keys()), found.all()
        return {name: [row[place] for row in rows] for place, name in enumerate(names)}

    def check(self) -> None:
        """Connect, compare the tables with what this code expects, and ask whether they may be read and written."""
        from blocks.warehouse.migrate import pending_revisions  # noqa: PLC0415 - as above

        with self._reading() as connection:
            if behind := pending_revisions(connection):
                raise WarehouseError(
                    f"The tables in {self._address.set(query={})!r} are behind by {', '.join(behind)}. "
                    "Bring them up to date with Warehouse.migrate()."
                )
            if missing := missing_privileges(connection):
                raise WarehouseError(
                    f"The user {self._address.username!r} of the warehouse lacks {', '.join(missing)}. "
                    "Let the database's owner GRANT them."
                )

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with explained(self._address):
            engine = engine_for(self._url).execution_options(**READING)
            with engine.begin() as connection:
                yield connection

    def _file(self) -> tuple[int, int] | None:
        """What tells this file from one that took its name after it was deleted."""
        path = Path(self._address.database or ":memory:")
        return (path.stat().st_dev, path.stat().st_ino) if path.exists() else None

    def _uri(self, table: Table) -> str:
        if self._is_sqlite:
            return f"sqlite:///{self._address.database}#{table.name}"
        address = self._address
        plain = URL.create("postgresql", host=address.host, port=address.port, database=address.database)
        return f"{plain.render_as_string()}/{table.name}"
