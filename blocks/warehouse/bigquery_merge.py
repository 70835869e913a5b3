"""Rows into a table of BigQuery by their primary key: loaded beside it, then merged in one statement.

BigQuery knows no primary keys, so the MERGE compares them; it is atomic, and of two at once the later one is run again
on what the earlier one left. https://cloud.google.com/bigquery/docs/reference/standard-sql/dml-syntax#merge_statement
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from google.cloud.bigquery import Client, LoadJobConfig, Table
from sqlalchemy import Table as Definition

from blocks.warehouse.bigquery_load import LOAD_SECONDS, lines_of
from blocks.warehouse.store import Row

LIFETIME = timedelta(hours=1)  # of a table that a killed process leaves behind


def merge_rows(client: Client, table: Table, definition: Definition, rows: Sequence[Row], *, replace: bool) -> None:
    """Insert the rows whose key the table lacks; `replace` those whose key it has, or leave them as they are."""
    beside = Table(f"{table.project}.{table.dataset_id}.new_{uuid4().hex}", table.schema)
    beside.expires = datetime.now(UTC) + LIFETIME
    client.create_table(beside)
    try:
        config = LoadJobConfig(source_format="NEWLINE_DELIMITED_JSON", write_disposition="WRITE_APPEND")
        with lines_of(rows) as stream:
            load = client.load_table_from_file(
                stream, beside.reference, location=table.location, job_config=config, rewind=True
            )
        load.result(timeout=LOAD_SECONDS)
        client.query(_statement(table, beside, definition, replace), location=table.location).result(
            timeout=LOAD_SECONDS
        )
    finally:
        client.delete_table(beside, not_found_ok=True)


def _statement(table: Table, beside: Table, definition: Definition, replace: bool) -> str:
    """MERGE by the primary key; every name in it is our own."""
    names = ", ".join(f"`{column.name}`" for column in definition.columns)
    values = ", ".join(f"source.`{column.name}`" for column in definition.columns)
    same = " AND ".join(f"target.`{column.name}` = source.`{column.name}`" for column in definition.primary_key)
    others = [column.name for column in definition.columns if not column.primary_key]
    changes = ", ".join(f"`{name}` = source.`{name}`" for name in others)
    matched = f"WHEN MATCHED THEN UPDATE SET {changes} " if replace and others else ""
    return (  # every name is this code's own or the dataset's, checked when the block was made
        f"MERGE `{table.project}.{table.dataset_id}.{table.table_id}` AS target "  # noqa: S608 - as said
        f"USING `{beside.project}.{beside.dataset_id}.{beside.table_id}` AS source ON {same} "
        f"{matched}WHEN NOT MATCHED THEN INSERT ({names}) VALUES ({values})"
    )
