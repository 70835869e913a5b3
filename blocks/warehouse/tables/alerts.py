"""Alerts for people to look at: the queue, what each came from, and everything that happened to it."""

from sqlalchemy import JSON, BigInteger, Boolean, Column, Double, Index, Integer, String, Table, Text, UniqueConstraint

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

fraud_alert_webhooks = Table(
    "fraud_alert_webhooks",
    metadata,
    Column("webhook_id", String(32), primary_key=True),
    Column("owner", Text, nullable=False),
    Column("everyone", Boolean, nullable=False),
    Column("url", Text, nullable=False),
    Column("kinds", JSON, nullable=False),
    Column("events", JSON, nullable=False),
    Column("min_score", Double, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("told", BigInteger, nullable=False),
    Column("told_at", Instant, nullable=True),
    Column("attempts", Integer, nullable=False),
    Column("failing_since", Instant, nullable=True),
    Column("last_error", Text, nullable=False),
    Column("given_up", Integer, nullable=False),
    Column("due_at", Instant, nullable=False),
    Index(None, "owner"),
    info=DATABASE_ONLY,
)
"""Who is told of what happens to alerts. `told` is the number of the newest event that was; nobody else looks at the
webhook before `due_at`, which is also the lease of whoever delivers now."""
