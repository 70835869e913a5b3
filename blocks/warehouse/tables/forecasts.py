"""Price forecasts."""

from sqlalchemy import Column, Double, Index, Integer, String, Table, Text

from blocks.warehouse.tables.metadata import Instant, metadata

price_forecasts = Table(
    "price_forecasts",
    metadata,
    Column("run_id", String(36), primary_key=True),
    Column("step", Integer, primary_key=True, autoincrement=False),
    Column("symbol", Text, nullable=False),
    Column("quote", Text, nullable=False),
    Column("timeframe", Text, nullable=False),
    Column("exchange", Text, nullable=False),
    Column("issued_at", Instant, nullable=False),
    Column("target_time", Instant, nullable=False),
    Column("median", Double, nullable=False),
    Column("lower_80", Double, nullable=False),
    Column("upper_80", Double, nullable=False),
    Column("lower_95", Double, nullable=False),
    Column("upper_95", Double, nullable=False),
    Column("model", Text, nullable=False),
    Column("model_version", Text, nullable=False),
    Column("data_source", Text, nullable=False),
    Index(None, "symbol", "timeframe", "issued_at"),
    info={"partition_by": "issued_at", "cluster_by": ["symbol", "timeframe"]},
)
