"""Candles as exchanges gave them, and which stretches of time they were asked for."""

from sqlalchemy import Column, Double, Table, Text

from blocks.warehouse.tables.metadata import Instant, metadata

candles = Table(
    "candles",
    metadata,
    Column("exchange", Text, primary_key=True),
    Column("symbol", Text, primary_key=True),
    Column("quote", Text, primary_key=True),
    Column("timeframe", Text, primary_key=True),
    Column("time", Instant, primary_key=True),
    Column("open", Double),
    Column("high", Double),
    Column("low", Double),
    Column("close", Double),
    Column("volume", Double),
    info={"merged": True, "cluster_by": ["exchange", "symbol", "timeframe", "time"]},
)
"""One row a closed candle, by its opening time. All of its prices are null where the exchange gave a candle that can't
be (a price of nothing, a high below the low); volume is null where the exchange tells none."""

candle_spans = Table(
    "candle_spans",
    metadata,
    Column("exchange", Text, primary_key=True),
    Column("symbol", Text, primary_key=True),
    Column("quote", Text, primary_key=True),
    Column("timeframe", Text, primary_key=True),
    Column("since", Instant, primary_key=True),
    Column("until", Instant, nullable=False),
    Column("asked_at", Instant, nullable=False),
    info={"merged": True, "cluster_by": ["exchange", "symbol", "timeframe"]},
)
"""Stretches that an exchange has answered for: a candle that is missing inside of one is a hole that the exchange has
itself, and is not asked for again. Several of one market may touch or overlap."""
