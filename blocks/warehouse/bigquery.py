"""The warehouse in BigQuery."""

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import TimeoutError as WaitTimeout
from contextlib import closing, contextmanager
from typing import Any

from google.api_core.client_options import ClientOptions
from google.api_core.exceptions import (
    Forbidden,
    GoogleAPICallError,
    GoogleAPIError,
    NotFound,
    Unauthorized,
)
from google.auth.credentials import AnonymousCredentials
from google.auth.exceptions import GoogleAuthError
from google.cloud.bigquery import DEFAULT_RETRY, Client, Dataset, DatasetReference, QueryJobConfig, Table
from google.oauth2.service_account import Credentials
from requests.exceptions import RequestException
from sqlalchemy import Select, func, select
from sqlalchemy import Table as Definition
from sqlalchemy.exc import SQLAlchemyError

from blocks.warehouse.bigquery_load import load_once
from blocks.warehouse.bigquery_merge import merge_rows
from blocks.warehouse.bigquery_query import compiled
from blocks.warehouse.bigquery_schema import DEFINITIONS, differences, missing_fields, new_table
from blocks.warehouse.errors import WarehouseError
from blocks.warehouse.rows import Rows
from blocks.warehouse.store import Row

QUERY_SECONDS = 300.0
RETRY = DEFAULT_RETRY.with_timeout(20.0)  # the library's own ten minutes would hide a wrong address
SCOPE = "https://www.googleapis.com/auth/bigquery"


class BigQueryStore:
    """Tables in one dataset; loads, queries and tables are billed to its project."""

    def __init__(
        self,
        project: str,
        dataset: str,
        *,
        location: str,
        endpoint: str | None = None,
        credentials: str | None = None,
    ) -> None:
        self._dataset = DatasetReference(project, dataset)
        self._location = location
        self._endpoint = endpoint
        self._credentials = credentials

    def migrate(self) -> None:
        """Create the dataset and tables that are missing, and columns that tables lack. Nothing is ever dropped."""
        with self._client() as client:
            dataset = Dataset(self._dataset)
            dataset.location = self._location
            client.create_dataset(dataset, exists_ok=True, retry=RETRY)
            for definition in DEFINITIONS:
                table = new_table(self._dataset, definition)
                _add_columns(client, definition, client.create_table(table, exists_ok=True, retry=RETRY))

    def publish(self, table: Definition, rows: Sequence[Row], run_id: str) -> Rows:
        """One load job for the run, which BigQuery runs once; see `bigquery_load`."""
        with self._client() as client:
            load_once(client, self._existing(client, table), rows, run_id)
        return Rows(table=table.name, count=len(rows), uri=self._uri(table.name))

    def add(self, table: Definition, rows: Sequence[Row], run_id: str) -> Rows:
        """A load job into a table of its own, merged from there by key; see `bigquery_merge`."""
        with self._client() as client:
            if rows:
                merge_rows(client, self._existing(client, table), table, rows, replace=False)
        mine = select(func.count().label("count")).select_from(table).where(table.c.run_id == run_id)
        return Rows(table=table.name, count=self.read(mine)[0]["count"], uri=self._uri(table.name))

    def merge(self, batches: Sequence[tuple[Definition, Sequence[Row]]]) -> list[Rows]:
        """As `add`, one table after the other, but the newer rows take the place of the older."""
        with self._client() as client:
            for table, rows in batches:
                if rows:
                    merge_rows(client, self._existing(client, table), table, rows, replace=True)
        return [Rows(table=table.name, count=len(rows), uri=self._uri(table.name)) for table, rows in batches]

    def read(self, query: Select[Any]) -> list[dict[str, Any]]:
        """Rows that a query in standard SQL selects; what SQLAlchemy says differently is refused by BigQuery."""
        with self._client() as client:
            text, parameters = compiled(query)
            config = QueryJobConfig(default_dataset=self._dataset, query_parameters=parameters)
            job = client.query(text, job_config=config, retry=RETRY, job_retry=RETRY)
            return [dict(row) for row in job.result(timeout=QUERY_SECONDS)]

    def columns(self, query: Select[Any]) -> dict[str, list[Any]]:
        """The same, column by column."""
        rows = self.read(query)
        return {column.name: [row[column.name] for row in rows] for column in query.selected_columns}

    def check(self) -> None:
        """Find every table, and compare it with its definition."""
        behind: list[str] = []
        with self._client() as client:
            for definition in DEFINITIONS:
                table = self._existing(client, definition)
                behind += [f"{definition.name}.{field.name}" for field in missing_fields(definition, table)]
                if wrong := differences(definition, table):
                    raise WarehouseError(
                        f"{self._uri()}: {'; '.join(wrong)}. migrate() cannot change that: copy the rows to a table "
                        "made anew, or use another dataset."
                    )
        if behind:
            raise WarehouseError(f"{self._uri()} lacks {', '.join(behind)}. Bring it up to date with migrate().")

    def _existing(self, client: Client, definition: Definition) -> Table:
        try:
            return client.get_table(self._dataset.table(definition.name), retry=RETRY)
        except NotFound:
            raise WarehouseError(
                f"{self._uri(definition.name)} is not there. Create the tables with migrate(), or mend the url."
            ) from None

    def _uri(self, table: str | None = None) -> str:
        name = f"bigquery://{self._dataset.project}.{self._dataset.dataset_id}"
        return f"{name}.{table}" if table else name

    @contextmanager
    def _client(self) -> Iterator[Client]:
        """A client for one task, with its errors turned into ones that say where and what to do."""
        try:
            with self._connected() as client:
                yield client
        except (Forbidden, Unauthorized) as error:
            raise WarehouseError(
                f"{self._uri()} does not let these credentials in ({_reason(error)}). They need the roles BigQuery "
                "Data Editor on the dataset and BigQuery Job User on the project."
            ) from None
        except GoogleAuthError as error:
            raise WarehouseError(
                f"{self._uri()}: no usable credentials ({type(error).__name__}). Set the block's `credentials` to a "
                "service account key, or give the machine credentials (GOOGLE_APPLICATION_CREDENTIALS)."
            ) from None
        except GoogleAPICallError as error:
            raise WarehouseError(f"{self._uri()} refused ({_reason(error)}).") from None
        except (GoogleAPIError, RequestException, WaitTimeout) as error:
            raise WarehouseError(
                f"{self._uri()} cannot be reached at {self._endpoint or 'Google'} ({type(error).__name__}). Is the "
                "network up, and `endpoint` right?"
            ) from None
        except SQLAlchemyError as error:
            raise WarehouseError(f"{self._uri()}: this query cannot be put to BigQuery ({error}).") from None

    def _connected(self) -> closing[Client]:
        options = ClientOptions(api_endpoint=self._endpoint) if self._endpoint else None
        return closing(Client(self._dataset.project, credentials=self._login(), client_options=options))

    def _login(self) -> Any:
        """Google's credentials, or None for those of the machine; http:// is an emulator and gets none."""
        if self._endpoint and not self._endpoint.startswith("https://"):
            anonymous: Callable[[], Any] = AnonymousCredentials
            return anonymous()
        if self._credentials is None:
            return None
        from_key: Callable[..., Any] = Credentials.from_service_account_info
        try:
            return from_key(json.loads(self._credentials), scopes=[SCOPE])
        except (ValueError, KeyError, TypeError, AttributeError):  # their text may quote the key
            raise WarehouseError(
                "The warehouse's `credentials` are not a service account key: paste the whole JSON file that Google "
                "Cloud gave for it."
            ) from None


def _add_columns(client: Client, definition: Definition, table: Table) -> None:
    # By statement rather than by writing the whole schema back: it minds no change made by others meanwhile.
    if missing := missing_fields(definition, table):
        columns = ", ".join(f"ADD COLUMN IF NOT EXISTS `{field.name}` {field.field_type}" for field in missing)
        statement = f"ALTER TABLE `{table.project}.{table.dataset_id}.{table.table_id}` {columns}"
        client.query(statement, location=table.location, retry=RETRY).result(timeout=QUERY_SECONDS)


def _reason(error: GoogleAPICallError) -> str:
    return str(error.message).strip().partition("\n")[0][:300]
