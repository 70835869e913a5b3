"""Candles kept in the warehouse, so that a source is asked only for what is new."""

from blocks.candle_store.incremental import Fetched, fetch_incrementally
from blocks.candle_store.series import CandleSeries
from blocks.candle_store.source import CandleSource, candle_source
from blocks.candle_store.span import Span
from blocks.candle_store.store import CandleStore

__all__ = [
    "CandleSeries",
    "CandleSource",
    "CandleStore",
    "Fetched",
    "Span",
    "candle_source",
    "fetch_incrementally",
]
