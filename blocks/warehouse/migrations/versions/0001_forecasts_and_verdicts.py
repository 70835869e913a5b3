"""Price forecasts, transaction verdicts, and the ledger of publications."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the first tables."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "publications",
        sa.Column("run_id", sa.String(36), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("rows_sha256", sa.String(64), nullable=False),
        sa.Column("published_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("run_id", "table_name", name="pk_publications"),
    )
    op.create_table(
        "price_forecasts",
        sa.Column("run_id", sa.String(36), nullable=False),
        sa.Column("step", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("timeframe", sa.Text(), nullable=False),
        sa.Column("exchange", sa.Text(), nullable=False),
        sa.Column("issued_at", moment, nullable=False),
        sa.Column("target_time", moment, nullable=False),
        sa.Column("median", sa.Double(), nullable=False),
        sa.Column("lower_80", sa.Double(), nullable=False),
        sa.Column("upper_80", sa.Double(), nullable=False),
        sa.Column("lower_95", sa.Double(), nullable=False),
        sa.Column("upper_95", sa.Double(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("model_version", sa.Text(), nullable=False),
        sa.Column("data_source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "step", name="pk_price_forecasts"),
    )
    op.create_index("ix_price_forecasts_symbol", "price_forecasts", ["symbol", "timeframe", "issued_at"])
    op.create_table(
        "transaction_verdicts",
        sa.Column("run_id", sa.String(36), nullable=False),
        sa.Column("transaction_id", sa.Text(), nullable=False),
        sa.Column("scored_at", moment, nullable=False),
        sa.Column("time", moment, nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("terminal_id", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("model_version", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "transaction_id", name="pk_transaction_verdicts"),
    )
    op.create_index("ix_transaction_verdicts_customer_id", "transaction_verdicts", ["customer_id", "time"])


def downgrade() -> None:
    """Drop them."""
    for table in ("transaction_verdicts", "price_forecasts", "publications"):
        op.drop_table(table)
