"""The warehouse as a Prefect block."""

import os
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self

from prefect.blocks.core import Block
from pydantic import ConfigDict, Field, SecretStr, field_validator
from sqlalchemy import Select, Table, select

from blocks.saved_block import saved_or_default
from blocks.settings import get_settings
from blocks.warehouse.batch import checked_rows
from blocks.warehouse.rows import Rows
from blocks.warehouse.store import Store
from blocks.warehouse.url import problem_with_url


class Warehouse(Block):
    """Typed tables of what runs found: forecasts, verdicts and what later capabilities add.

    A run's rows are stored once: publishing again, as a retried run does, adds nothing.
    """

    model_config = ConfigDict(hide_input_in_errors=True)  # a refused url may hold a password

    _block_type_name: ClassVar[str | None] = "Warehouse"
    _block_type_slug: ClassVar[str | None] = "warehouse"

    url: SecretStr = Field(
        description="postgresql+psycopg://user:password@host/database, sqlite:////absolute/file.db, or "
        "bigquery://project/dataset.",
        examples=["bigquery://my-project/analytics"],
    )
    credentials: SecretStr | None = Field(
        None,
        description="Service account key (JSON) for BigQuery. Unset: the credentials of the machine (workload "
        "identity, GOOGLE_APPLICATION_CREDENTIALS).",
    )
    location: str = Field("EU", description="BigQuery: where the dataset is, or is created when it is not there yet.")
    endpoint: str | None = Field(
        None,
        description="BigQuery: another API address. An emulator's (http://…) is sent no credentials of the machine.",
    )

    @field_validator("url")
    @classmethod
    def _usable(cls, url: SecretStr) -> SecretStr:
        if problem := problem_with_url(url.get_secret_value()):
            raise ValueError(problem)
        return url

    @classmethod
    def default(cls, name: str = "default") -> Self:
        """The block saved as `name`, else the stack's PostgreSQL (`WAREHOUSE_URL`), else a SQLite file.

        The file is `warehouse.db` in the data folder. Raises `BlockError` for another name that was never saved.
        """
        return saved_or_default(cls, name, cls._local_default)

    @classmethod
    def _local_default(cls) -> Self:
        named = os.environ.get("WAREHOUSE_URL")
        return cls(url=SecretStr(named or f"sqlite:///{get_settings().home / 'warehouse.db'}"))

    def publish(self, table: Table, rows: Sequence[Mapping[str, Any]], *, run_id: str) -> Rows:
        """Store a run's rows, all or none; again with the same rows, in any order, nothing is added.

        A row has a value for each column, `run_id` among them; times are aware. No rows leave no trace. Raises
        ValueError for rows that do not fit the table, `RowsConflict` when the run published other rows to it before,
        `WarehouseError` when the warehouse is away or refuses.
        """
        checked = checked_rows(table, rows, run_id)
        return self._store().publish(table, checked, run_id)

    def add(self, table: Table, rows: Sequence[Mapping[str, Any]], *, run_id: str) -> Rows:
        """Store those of a run's rows whose primary key is not there yet, all or none; the others stay as they are.

        For what several runs find out about the same things: whichever comes first is kept, also of two at once.
        `Rows.count` is how many the run has in the table afterwards. Raises as `publish` does, but no `RowsConflict`.
        """
        return self._store().add(table, checked_rows(table, rows, run_id), run_id)

    def merge(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> Rows:
        """Store rows, each in place of the one with its primary key if there is one, all or none.

        For what is known ever better or further, such as candles: no run owns it, and the last to write is right. Safe
        to repeat, and from several processes at once. `Rows.count` is how many were given. Raises as `add` does.
        """
        return self.merge_all([(table, rows)])[0]

    def merge_all(self, batches: Sequence[tuple[Table, Sequence[Mapping[str, Any]]]]) -> list[Rows]:
        """As `merge`, for rows of several tables: a database stores all or none, BigQuery one table after the other."""
        return self._store().merge([(table, checked_rows(table, rows, None)) for table, rows in batches])

    def read(self, query: Select[Any] | Table) -> list[dict[str, Any]]:
        """Rows that a SQLAlchemy query selects, or a whole table's, as dictionaries; times are aware and in UTC."""
        return self._store().read(select(query) if isinstance(query, Table) else query)

    def columns(self, query: Select[Any]) -> dict[str, list[Any]]:
        """What `read` gives, column by column: half of the time where rows are many."""
        return self._store().columns(query)

    def migrate(self) -> None:
        """Create the tables, or bring them up to date."""
        self._store().migrate()

    def check(self) -> None:
        """Raise `WarehouseError` when the warehouse can't be used, saying why and what to do."""
        self._store().check()

    @property
    def interactive(self) -> bool:
        """Whether it answers within milliseconds, as a database does; BigQuery takes a second and more."""
        return not self.url.get_secret_value().startswith("bigquery:")

    def _store(self) -> Store:
        url = self.url.get_secret_value()
        if self.interactive:
            from blocks.warehouse.sql import SqlStore  # noqa: PLC0415 - loads the database driver

            return SqlStore.at(url)
        from blocks.warehouse.bigquery import BigQueryStore  # noqa: PLC0415 - google-cloud is heavy

        project, _, dataset = url.removeprefix("bigquery://").partition("/")
        return BigQueryStore(
            project,
            dataset,
            location=self.location,
            endpoint=self.endpoint,
            credentials=self.credentials.get_secret_value() if self.credentials else None,
        )
