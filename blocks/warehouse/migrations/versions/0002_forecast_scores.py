"""Forecasts keep all of their quantiles and may be many to a run; how they turned out goes to a table of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add what scoring needs, and the scores."""
    _rekey(["run_id", "step", "symbol"])
    with op.batch_alter_table("price_forecasts") as table:
        table.add_column(sa.Column("last_close", sa.Double(), nullable=True))
        table.add_column(sa.Column("quantiles", sa.JSON(), nullable=True))
        table.add_column(sa.Column("random_walk_quantiles", sa.JSON(), nullable=True))
    op.create_index("ix_price_forecasts_target_time", "price_forecasts", ["target_time"])
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "forecast_scores",
        sa.Column("forecast_run_id", sa.String(36), nullable=False),
        sa.Column("step", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.Column("run_id", sa.String(36), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("timeframe", sa.Text(), nullable=False),
        sa.Column("exchange", sa.Text(), nullable=False),
        sa.Column("issued_at", moment, nullable=False),
        sa.Column("target_time", moment, nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("model_version", sa.Text(), nullable=False),
        sa.Column("actual", sa.Double(), nullable=True),
        sa.Column("absolute_error", sa.Double(), nullable=True),
        sa.Column("random_walk_error", sa.Double(), nullable=True),
        sa.Column("crps", sa.Double(), nullable=True),
        sa.Column("random_walk_crps", sa.Double(), nullable=True),
        sa.Column("inside_80", sa.Integer(), nullable=True),
        sa.Column("inside_95", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("forecast_run_id", "step", "symbol", name="pk_forecast_scores"),
    )
    op.create_index("ix_forecast_scores_symbol", "forecast_scores", ["symbol", "model", "target_time"])
    op.create_index("ix_forecast_scores_target_time", "forecast_scores", ["target_time"])


def downgrade() -> None:
    """Drop them; of runs that forecast many coins the key of old has room for one only."""
    op.drop_table("forecast_scores")
    op.drop_index("ix_price_forecasts_target_time", "price_forecasts")
    op.execute(
        "DELETE FROM price_forecasts WHERE symbol <> "
        "(SELECT MIN(other.symbol) FROM price_forecasts AS other WHERE other.run_id = price_forecasts.run_id)"
    )
    with op.batch_alter_table("price_forecasts") as table:
        for column in ("random_walk_quantiles", "quantiles", "last_close"):
            table.drop_column(column)
    _rekey(["run_id", "step"])


def _rekey(columns: list[str]) -> None:
    """Another primary key; PostgreSQL puts a new one in place of the old, SQLite copies the table."""
    with op.batch_alter_table("price_forecasts") as table:
        table.drop_constraint("pk_price_forecasts", type_="primary")
        table.create_primary_key("pk_price_forecasts", columns)
