"""The ledger of publications: which run stored which rows."""

from sqlalchemy import Column, Integer, String, Table, Text

from blocks.warehouse.tables.metadata import Instant, metadata

publications = Table(
    "publications",
    metadata,
    Column("run_id", String(36), primary_key=True),
    Column("table_name", Text, primary_key=True),
    Column("row_count", Integer, nullable=False),
    Column("rows_sha256", String(64), nullable=False),
    Column("published_at", Instant, nullable=False),
)
