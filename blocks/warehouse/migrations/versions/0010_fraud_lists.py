"""Allow and block lists, and what they and the rules said in verdicts."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "fraud_list_entries",
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("entry_id", sa.String(32), nullable=False),
        sa.Column("list", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.Column("removed_at", MOMENT, nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("owner", "field", "value", name="pk_fraud_list_entries"),
        sa.UniqueConstraint("entry_id", name="uq_fraud_list_entries_entry_id"),
    )
    op.create_index("ix_fraud_list_entries_revision", "fraud_list_entries", ["revision"])
    op.create_index("ix_payments_device", "payments", ["owner", "device", "time_us"])
    op.add_column("transaction_verdicts", sa.Column("rules", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("transaction_verdicts", "rules")
    op.drop_index("ix_payments_device", "payments")
    op.drop_table("fraud_list_entries")
