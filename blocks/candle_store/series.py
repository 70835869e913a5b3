"""Which candles: of what, in what, how long, from where."""

from typing import NamedTuple

from blocks.exchange import Candles


class CandleSeries(NamedTuple):
    """One series of candles; its four parts are columns of the tables in the warehouse."""

    exchange: str
    symbol: str
    quote: str
    timeframe: str

    def __str__(self) -> str:
        return f"{self.symbol}/{self.quote} {self.timeframe} of {self.exchange}"


def series_of(candles: Candles) -> CandleSeries:
    """The series that candles belong to."""
    return CandleSeries(candles.exchange, candles.symbol, candles.quote, candles.timeframe)
