"""The candles that networks learn from, and the later ones that they are judged by."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from prefect import task
from prefect.cache_policies import NO_CACHE

from blocks.candle_store import candle_source
from blocks.exchange import Candles, MarketDataError, NoCandles, UnknownSymbol
from tasks.crypto.candle_file import CandleFile, digest_of
from tasks.crypto.coin import coin
from tasks.crypto.market import read_candles
from tasks.crypto.reference import REFERENCE

if TYPE_CHECKING:
    from models.forecasting import PriceSeries

FEWEST: Final = 1000  # candles of a coin, below which it teaches nothing


class TooFewCandles(ValueError):
    """No coin has enough candles to train on and be judged by."""


@dataclass(frozen=True, eq=False)
class TrainingCandles:
    """Candles by coin, where they are from, and what was noticed."""

    candles: dict[str, Candles]
    source: str
    sha256: str
    timeframe: str
    warnings: list[str] = field(default_factory=list)

    @property
    def window(self) -> str:
        """From the first opening to the last close of any coin, an ISO 8601 interval."""
        start = min(candles.start for candles in self.candles.values())
        return f"{start:%Y-%m-%dT%H:%M:%SZ}/{self.end:%Y-%m-%dT%H:%M:%SZ}"

    @property
    def end(self) -> datetime:
        """Last close of any coin."""
        return max(candles.end for candles in self.candles.values())

    def series(self) -> "dict[str, PriceSeries]":
        """Grids of prices, Bitcoin's beside every other coin's where there is one."""
        from tasks.crypto.series import price_series  # noqa: PLC0415 - numpy where it is used

        leader = next((name for name in self.candles if coin(name) == REFERENCE), None)
        return {
            name: price_series(candles, self.candles[leader] if leader and leader != name else None)
            for name, candles in self.candles.items()
        }


def of_file(file: CandleFile) -> TrainingCandles:
    """The coins of a file that have enough candles. Raises `TooFewCandles`."""
    return _enough(file.candles, file.uri, file.sha256, file.timeframe, file.warnings)


@task(
    name="fetch-training-candles",
    description="Candles of every coin through the store; the exchange is asked for what is new.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def fetch_training_candles(
    symbols: Sequence[str], *, quote: str, timeframe: str, exchange: str, days: int
) -> TrainingCandles:
    """The last `days` days. A coin that the exchange lacks is left out and told. Raises `MarketDataError`."""
    source, since = candle_source(exchange), datetime.now(UTC) - timedelta(days=days)
    found, warnings = {}, []
    for symbol in symbols:
        try:
            found[symbol] = read_candles(source, symbol, quote=quote, timeframe=timeframe, since=since)
        except (UnknownSymbol, NoCandles) as error:
            warnings.append(f"{symbol} was left out: {error}")
    if not found:
        raise MarketDataError(f"None of {', '.join(symbols)} has candles. {' '.join(warnings)}")
    return _enough(found, source.credit, digest_of(found), timeframe, warnings)


def _enough(
    candles: dict[str, Candles], source: str, sha256: str, timeframe: str, warnings: list[str]
) -> TrainingCandles:
    short = {name: len(one) for name, one in candles.items() if len(one) < FEWEST}
    left = {name: one for name, one in candles.items() if name not in short}
    if not left:
        raise TooFewCandles(
            f"No coin has {FEWEST} candles, the most has {max(short.values())}: give a longer history or a shorter "
            "timeframe."
        )
    told = [f"{name} was left out: {count} candles, at least {FEWEST} are needed." for name, count in short.items()]
    return TrainingCandles(left, source, sha256, timeframe, [*warnings, *told])
