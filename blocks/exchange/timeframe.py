"""Lengths of candles, from one minute to one day."""

from datetime import timedelta
from typing import Final, Literal

from blocks.exchange.errors import UnsupportedTimeframe

Timeframe = Literal["1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d"]

TIMEFRAMES: Final[dict[str, timedelta]] = {
    **{f"{minutes}m": timedelta(minutes=minutes) for minutes in (1, 3, 5, 15, 30)},
    **{f"{hours}h": timedelta(hours=hours) for hours in (1, 2, 4, 6, 8, 12)},
    "1d": timedelta(days=1),
}


def duration(timeframe: str) -> timedelta:
    """Length of one candle of `timeframe` ("1m" … "1d"). Raises `UnsupportedTimeframe` for any other word."""
    try:
        return TIMEFRAMES[timeframe]
    except KeyError:
        raise UnsupportedTimeframe(f"No timeframe {timeframe!r}: choose one of {', '.join(TIMEFRAMES)}.") from None
