"""Sentiment scores of coins."""

from sqlalchemy import JSON, Column, Double, Index, Integer, String, Table, Text

from blocks.warehouse.tables.metadata import Instant, metadata

sentiment_scores = Table(
    "sentiment_scores",
    metadata,
    Column("run_id", String(36), primary_key=True),
    Column("symbol", Text, primary_key=True),
    Column("computed_at", Instant, nullable=False),
    Column("window_start", Instant, nullable=False),
    Column("window_end", Instant, nullable=False),
    Column("score", Double, nullable=False),
    Column("lower", Double, nullable=False),
    Column("upper", Double, nullable=False),
    Column("posts", Integer, nullable=False),
    Column("effective_posts", Double, nullable=False),
    Column("volume", JSON, nullable=False),
    Column("model", Text, nullable=False),
    Column("model_version", Text, nullable=False),
    Column("sources", JSON, nullable=False),
    Index(None, "symbol", "computed_at"),
    info={"partition_by": "computed_at", "cluster_by": ["symbol"]},
)
"""One row a coin and run that found enough posts; a run without a number leaves no row.

`score`, `lower` and `upper` (95 %) are in [-1, 1]; `posts` is how many count, `volume` how many of them by source;
`sources` is a list of {source, status, posts, reason, links}. A reader who must not look ahead takes the rows whose
`computed_at` is before his moment, never those whose window is.
"""
