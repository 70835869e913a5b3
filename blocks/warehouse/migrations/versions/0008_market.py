"""Market abuse that was found."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "market_findings",
        sa.Column("run_id", sa.String(36), nullable=False),
        sa.Column("finding", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("found_at", MOMENT, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("accounts", sa.JSON(), nullable=False),
        sa.Column("symbol", sa.Text(), nullable=True),
        sa.Column("first_time", MOMENT, nullable=True),
        sa.Column("last_time", MOMENT, nullable=True),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("volume", sa.Double(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("measured_on", sa.Text(), nullable=False),
        sa.Column("model_version", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "finding", name="pk_market_findings"),
    )
    op.create_index("ix_market_findings_kind", "market_findings", ["kind", "found_at"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("market_findings")
