"""The tables that runs publish to; PostgreSQL, SQLite and BigQuery are all made from these definitions.

`info["partition_by"]` and `info["cluster_by"]` are what BigQuery needs to know; the others index the same columns.
"""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Dialect,
    Double,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy import DateTime as SqlDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """A moment in UTC: aware going in, aware coming out, on SQLite too, which has no time zones."""

    impl = SqlDateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy passes it by name
        """To UTC. Raises ValueError for a time without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value.isoformat()} has no time zone; give an aware datetime")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy passes it by name
        """From the database's own zone, or none, to UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


publications = Table(
    "publications",
    metadata,
    Column("run_id", String(36), primary_key=True),
    Column("table_name", Text, primary_key=True),
    Column("row_count", Integer, nullable=False),
    Column("rows_sha256", String(64), nullable=False),
    Column("published_at", Instant, nullable=False),
)

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
    Index(None, "customer_id", "time"),
    info={"partition_by": "scored_at", "cluster_by": ["decision", "customer_id"]},
)
