"""Sentiment scores of coins."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the table."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "sentiment_scores",
        sa.Column("run_id", sa.String(36), nullable=False),
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.Column("computed_at", moment, nullable=False),
        sa.Column("window_start", moment, nullable=False),
        sa.Column("window_end", moment, nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("lower", sa.Double(), nullable=False),
        sa.Column("upper", sa.Double(), nullable=False),
        sa.Column("posts", sa.Integer(), nullable=False),
        sa.Column("effective_posts", sa.Double(), nullable=False),
        sa.Column("volume", sa.JSON(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("model_version", sa.Text(), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "symbol", name="pk_sentiment_scores"),
    )
    op.create_index("ix_sentiment_scores_symbol", "sentiment_scores", ["symbol", "computed_at"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("sentiment_scores")
