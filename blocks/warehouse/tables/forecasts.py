"""Price forecasts, and how they turned out."""

from sqlalchemy import JSON, Column, Double, Index, Integer, String, Table, Text

from blocks.warehouse.tables.metadata import Instant, metadata

price_forecasts = Table(
    "price_forecasts",
    metadata,
    Column("run_id", String(36), primary_key=True),
    Column("step", Integer, primary_key=True, autoincrement=False),
    Column("symbol", Text, primary_key=True),
    Column("quote", Text, nullable=False),
    Column("timeframe", Text, nullable=False),
    Column("exchange", Text, nullable=False),
    Column("issued_at", Instant, nullable=False),
    Column("target_time", Instant, nullable=False),
    Column("median", Double, nullable=False),
    Column("lower_80", Double, nullable=False),
    Column("upper_80", Double, nullable=False),
    Column("lower_95", Double, nullable=False),
    Column("upper_95", Double, nullable=False),
    Column("model", Text, nullable=False),
    Column("model_version", Text, nullable=False),
    Column("data_source", Text, nullable=False),
    # What scoring needs; null in rows from before they were kept, which can't be scored.
    Column("last_close", Double),
    Column("quantiles", JSON(none_as_null=True)),
    Column("random_walk_quantiles", JSON(none_as_null=True)),
    Index(None, "symbol", "timeframe", "issued_at"),
    Index("ix_price_forecasts_target_time", "target_time"),
    info={"partition_by": "issued_at", "cluster_by": ["symbol", "timeframe"]},
)
"""Prices at the eleven levels of `models.forecasting.LEVELS`, the model's and those of the plain random walk."""

forecast_scores = Table(
    "forecast_scores",
    metadata,
    Column("forecast_run_id", String(36), primary_key=True),
    Column("step", Integer, primary_key=True, autoincrement=False),
    Column("symbol", Text, primary_key=True),
    Column("run_id", String(36), nullable=False),
    Column("quote", Text, nullable=False),
    Column("timeframe", Text, nullable=False),
    Column("exchange", Text, nullable=False),
    Column("issued_at", Instant, nullable=False),
    Column("target_time", Instant, nullable=False),
    Column("model", Text, nullable=False),
    Column("model_version", Text, nullable=False),
    Column("actual", Double),
    Column("absolute_error", Double),
    Column("random_walk_error", Double),
    Column("crps", Double),
    Column("random_walk_crps", Double),
    Column("inside_80", Integer),
    Column("inside_95", Integer),
    Index(None, "symbol", "model", "target_time"),
    Index("ix_forecast_scores_target_time", "target_time"),
    info={"partition_by": "target_time", "cluster_by": ["symbol", "model"]},
)
"""One row a step of a forecast: `run_id` is the run that scored it, errors and CRPS are in percent of the last close
that the forecast knew, `inside_80` and `inside_95` are 1 or 0. All of them are null where no candle was ever traded at
the target time (a gap), so that it is not looked for again."""
