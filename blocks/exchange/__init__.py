"""Market data: candles of any exchange that ccxt knows, closed ones only, with their flaws counted."""

from blocks.exchange.block import Exchange
from blocks.exchange.candles import Candles, Gap, clean_candles
from blocks.exchange.errors import (
    ExchangeUnavailable,
    MarketDataError,
    NetworkAway,
    NoCandles,
    UnknownExchange,
    UnknownSymbol,
    UnsupportedTimeframe,
)
from blocks.exchange.rules import MarketRules
from blocks.exchange.timeframe import TIMEFRAMES, Timeframe, duration

__all__ = [
    "TIMEFRAMES",
    "Candles",
    "Exchange",
    "ExchangeUnavailable",
    "Gap",
    "MarketDataError",
    "MarketRules",
    "NetworkAway",
    "NoCandles",
    "Timeframe",
    "UnknownExchange",
    "UnknownSymbol",
    "UnsupportedTimeframe",
    "clean_candles",
    "duration",
]
