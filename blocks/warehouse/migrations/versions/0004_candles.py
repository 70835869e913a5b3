"""Candles, and the stretches of time that they were asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

MARKET = ("exchange", "symbol", "quote", "timeframe")


def upgrade() -> None:
    """Create both tables."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "candles",
        *(sa.Column(name, sa.Text(), nullable=False) for name in MARKET),
        sa.Column("time", moment, nullable=False),
        *(sa.Column(name, sa.Double(), nullable=True) for name in ("open", "high", "low", "close", "volume")),
        sa.PrimaryKeyConstraint(*MARKET, "time", name="pk_candles"),
    )
    op.create_table(
        "candle_spans",
        *(sa.Column(name, sa.Text(), nullable=False) for name in MARKET),
        sa.Column("since", moment, nullable=False),
        sa.Column("until", moment, nullable=False),
        sa.Column("asked_at", moment, nullable=False),
        sa.PrimaryKeyConstraint(*MARKET, "since", name="pk_candle_spans"),
    )


def downgrade() -> None:
    """Drop them; an exchange gives candles again."""
    op.drop_table("candle_spans")
    op.drop_table("candles")
