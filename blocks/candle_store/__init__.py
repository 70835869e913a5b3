"""Candles kept in the warehouse, so that a source is asked only for what is new."""

from blocks.candle_store.incremental import Fetched, fetch_incrementally
from blocks.candle_store.ingestion import Ingestion, ingest
from blocks.candle_store.series import CandleSeries
from blocks.candle_store.source import CandleSource, candle_source
from blocks.candle_store.span import Span
from blocks.candle_store.store import CandleStore
from blocks.candle_store.window import Window

__all__ = [
    "CandleSeries",
    "CandleSource",
    "CandleStore",
    "Fetched",
    "Ingestion",
    "Span",
    "Window",
    "candle_source",
    "fetch_incrementally",
    "ingest",
]
