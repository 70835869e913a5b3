"""Verdicts on transactions."""

from sqlalchemy import JSON, BigInteger, Column, Double, Index, String, Table, Text

from blocks.warehouse.tables.metadata import Instant, metadata

transaction_verdicts = Table(
    "transaction_verdicts",
    metadata,
    Column("run_id", String(36), primary_key=True),
    Column("transaction_id", Text, primary_key=True),
    Column("scored_at", Instant, nullable=False),
    Column("time", Instant, nullable=False),
    Column("customer_id", Text, nullable=False),
    Column("terminal_id", Text, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("score", Double, nullable=False),
    Column("decision", Text, nullable=False),
    Column("reasons", JSON, nullable=False),
    Column("model_version", Text, nullable=False),
    Column("rules", JSON, nullable=True),
    Index(None, "customer_id", "time"),
    info={"partition_by": "scored_at", "cluster_by": ["decision", "customer_id"]},
)
