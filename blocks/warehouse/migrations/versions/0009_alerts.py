"""The queue of alerts."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

MOMENT = sa.DateTime(timezone=True)
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "fraud_alerts",
        sa.Column("alert_id", sa.String(32), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("assignee", sa.Text(), nullable=True),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("hits", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("first_seen", MOMENT, nullable=False),
        sa.Column("last_seen", MOMENT, nullable=False),
        sa.Column("open_key", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("alert_id", name="pk_fraud_alerts"),
        sa.UniqueConstraint("open_key", name="uq_fraud_alerts_open_key"),
    )
    op.create_index("ix_fraud_alerts_owner", "fraud_alerts", ["owner", "state", "score"])
    op.create_table(
        "fraud_alert_sources",
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("alert_id", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("owner", "kind", "source", name="pk_fraud_alert_sources"),
    )
    op.create_index("ix_fraud_alert_sources_alert_id", "fraud_alert_sources", ["alert_id"])
    op.create_table(
        "fraud_alert_events",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("alert_id", sa.String(32), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_fraud_alert_events"),
    )
    op.create_index("ix_fraud_alert_events_alert_id", "fraud_alert_events", ["alert_id", "id"])
    op.create_index("ix_fraud_alert_events_owner", "fraud_alert_events", ["owner", "id"])


def downgrade() -> None:
    """Drop them."""
    for table in ("fraud_alert_events", "fraud_alert_sources", "fraud_alerts"):
        op.drop_table(table)
