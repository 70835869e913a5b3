"""The payment store: what the scorer was told, what it answered, and the flow runs that its answers belong to.

Not published to by runs: the scorer alone writes them, through `blocks.payment_store`. Times are microseconds since
1970, so that windows count exactly.
"""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, SmallInteger, String, Table, Text, UniqueConstraint

from blocks.warehouse.tables.metadata import Instant, metadata

Serial = BigInteger().with_variant(Integer, "sqlite")
"""A number that the database gives: SQLite does so for INTEGER alone."""

DATABASE_ONLY = {"database_only": True}
"""BigQuery does not get these: it takes no single rows within milliseconds."""

payments = Table(
    "payments",
    metadata,
    Column("owner", Text, primary_key=True),
    Column("transaction_id", Text, primary_key=True),
    Column("time_us", BigInteger, nullable=False),
    Column("customer_id", Text, nullable=False),
    Column("terminal_id", Text, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("device", Text, nullable=False),
    Column("country", Text, nullable=False),
    Column("label", SmallInteger, nullable=False),
    Column("contents_sha256", String(64), nullable=False),
    Column("given", Text, nullable=False),
    Column("received_at", Instant, nullable=False),
    Index(None, "owner", "customer_id", "time_us"),
    Index("ix_payments_terminal", "owner", "terminal_id", "time_us"),
    Index("ix_payments_device", "owner", "device", "time_us"),
    info=DATABASE_ONLY,
)

payment_labels = Table(
    "payment_labels",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("owner", Text, nullable=False),
    Column("transaction_id", Text, nullable=False),
    Column("is_fraud", Boolean, nullable=False),
    Column("source", Text, nullable=False),
    Column("labelled_at", Instant, nullable=False),
    Column("applied", Boolean, nullable=False),
    Index(None, "applied", "id"),
    info=DATABASE_ONLY,
)

payment_verdicts = Table(
    "payment_verdicts",
    metadata,
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("owner", Text, nullable=False),
    Column("transaction_id", Text, nullable=False),
    Column("run_id", String(36), nullable=False),
    Column("record", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    UniqueConstraint("owner", "transaction_id"),
    Index(None, "run_id", "sequence"),
    info=DATABASE_ONLY,
)
"""The audit: append-only (a trigger refuses the rest), each record chained to the one before by its digest."""

verdict_windows = Table(
    "verdict_windows",
    metadata,
    Column("run_id", String(36), primary_key=True),
    Column("owner", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("closed_at", Instant, nullable=True),
    Index(None, "state", "owner"),
    info=DATABASE_ONLY,
)
