"""Alerts for people to look at: the queue, what each came from, and everything that happened to it."""

from sqlalchemy import JSON, Column, Double, Index, Integer, String, Table, Text, UniqueConstraint

from blocks.warehouse.tables.metadata import Instant, metadata
from blocks.warehouse.tables.payments import DATABASE_ONLY, Serial

fraud_alerts = Table(
    "fraud_alerts",
    metadata,
    Column("alert_id", String(32), primary_key=True),
    Column("owner", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("assignee", Text, nullable=True),
    Column("score", Double, nullable=False),
    Column("hits", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("evidence", JSON, nullable=False),
    Column("first_seen", Instant, nullable=False),
    Column("last_seen", Instant, nullable=False),
    Column("open_key", Text, nullable=True),
    Column("version", Integer, nullable=False),
    UniqueConstraint("open_key"),
    Index(None, "owner", "state", "score"),
    info=DATABASE_ONLY,
)
"""`open_key` names owner, kind and subject while the alert is open, so that there is one; NULL once it is closed."""

fraud_alert_sources = Table(
    "fraud_alert_sources",
    metadata,
    Column("owner", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("alert_id", String(32), nullable=False),
    Index(None, "alert_id"),
    info=DATABASE_ONLY,
)
"""What alerts were raised for, each once: a transaction, a flow of network traffic, a finding."""

fraud_alert_events = Table(
    "fraud_alert_events",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("alert_id", String(32), nullable=False),
    Column("owner", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", Text, nullable=False),
    Column("event", Text, nullable=False),
    Column("details", JSON, nullable=False),
    Index(None, "alert_id", "id"),
    Index("ix_fraud_alert_events_owner", "owner", "id"),
    info=DATABASE_ONLY,
)
"""Append-only history."""
