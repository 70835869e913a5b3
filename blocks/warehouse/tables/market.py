"""Market abuse that was found."""

from sqlalchemy import JSON, Column, Double, Index, Integer, String, Table, Text

from blocks.warehouse.tables.metadata import Instant, metadata

market_findings = Table(
    "market_findings",
    metadata,
    Column("run_id", String(36), primary_key=True),
    Column("finding", Integer, primary_key=True, autoincrement=False),
    Column("found_at", Instant, nullable=False),
    Column("kind", Text, nullable=False),
    Column("score", Double, nullable=False),
    Column("accounts", JSON, nullable=False),
    Column("symbol", Text),
    Column("first_time", Instant),
    Column("last_time", Instant),
    Column("events", Integer, nullable=False),
    Column("volume", Double, nullable=False),
    Column("evidence", JSON, nullable=False),
    Column("reasons", JSON, nullable=False),
    Column("measured_on", Text, nullable=False),
    Column("model_version", Text, nullable=False),
    Index(None, "kind", "found_at"),
    info={"partition_by": "found_at", "cluster_by": ["kind"]},
)
"""The findings of a run, the surest first; all of them are in the run's parquet."""
