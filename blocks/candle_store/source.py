"""What candles can be asked of: an exchange by its name in ccxt, or CoinGecko."""

from datetime import datetime
from typing import Final, Protocol

from blocks.exchange import Candles, Exchange

COINGECKO: Final = "coingecko"


class CandleSource(Protocol):
    """Somebody who gives closed candles; errors are those of `Exchange`."""

    @property
    def name(self) -> str:
        """What requests call it."""

    @property
    def absence_is_final(self) -> bool:
        """Whether a candle that it did not give in its answer is one that it does not have."""

    @property
    def credit(self) -> str:
        """What a result says of where its candles are from."""

    def quoted(self, quote: str) -> str:
        """What prices come in where `quote` is asked for."""

    def require(self, timeframe: str) -> None:
        """Raise `UnsupportedTimeframe` where it has no such candles."""

    def time(self) -> datetime:
        """Its own time, UTC."""

    def fetch_candles(
        self,
        symbol: str,
        *,
        quote: str = ...,
        timeframe: str = ...,
        count: int | None = ...,
        since: datetime | None = ...,
        until: datetime | None = ...,
        as_of: datetime | None = ...,
    ) -> Candles:
        """Closed candles: the newest `count`, or those from `since` to `until`."""


def candle_source(name: str) -> CandleSource:
    """The source called `name`: CoinGecko, else the exchange that ccxt calls so (found out when it is asked)."""
    if name == COINGECKO:
        from blocks.coingecko import CoinGecko  # noqa: PLC0415 - its client takes a quarter of a second to import

        return CoinGecko.default()
    return Exchange.default(name)
