"""What a warehouse asks of the database behind it."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy import Select, Table

from blocks.warehouse.rows import Rows

Row = Mapping[str, Any]


class Store(Protocol):
    """A database that holds the tables."""

    def migrate(self) -> None:
        """Bring the tables up to date; safe to call from several processes at once."""

    def publish(self, table: Table, rows: Sequence[Row], run_id: str) -> Rows:
        """Store a run's rows once; see `Warehouse.publish`."""

    def add(self, table: Table, rows: Sequence[Row], run_id: str) -> Rows:
        """Store the rows whose primary key is not there yet; see `Warehouse.add`."""

    def merge(self, batches: Sequence[tuple[Table, Sequence[Row]]]) -> list[Rows]:
        """Store rows of several tables in place of those with their primary keys; see `Warehouse.merge_all`."""

    def read(self, query: Select[Any]) -> list[dict[str, Any]]:
        """Rows that a query selects."""

    def columns(self, query: Select[Any]) -> dict[str, list[Any]]:
        """The same rows, column by column."""

    def check(self) -> None:
        """Raise `WarehouseError` saying what is wrong."""
