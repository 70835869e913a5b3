"""What can go wrong when market data is asked for; every message says what to do."""

from blocks.block_error import BlockError


class MarketDataError(BlockError):
    """Candles could not be had."""


class UnknownExchange(MarketDataError):
    """No exchange of this name is known to ccxt."""


class UnknownSymbol(MarketDataError):
    """The exchange trades no such pair on its spot market."""


class UnsupportedTimeframe(MarketDataError):
    """The exchange has no candles of this length."""


class NoCandles(MarketDataError):
    """The exchange answered, but with no usable closed candle in the window asked for."""


class ExchangeUnavailable(MarketDataError):
    """The exchange could not be reached, is in maintenance, refuses this caller, or keeps failing."""


class NetworkAway(ExchangeUnavailable):
    """No connection to the exchange's host could be opened at all: there is most likely no network here."""
