"""Allow and block lists. What was removed stays as a row, so that a reader who knows a revision can read what came."""

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from blocks.warehouse.tables.metadata import Instant, metadata
from blocks.warehouse.tables.payments import DATABASE_ONLY

fraud_list_entries = Table(
    "fraud_list_entries",
    metadata,
    Column("owner", Text, primary_key=True),
    Column("field", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    Column("entry_id", String(32), nullable=False, unique=True),
    Column("list", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=True),
    Column("removed_at", Instant, nullable=True),
    Column("revision", BigInteger, nullable=False),
    Index(None, "revision"),
    info=DATABASE_ONLY,
)
"""`revision` grows with every change of any row, in the order in which changes were committed."""
