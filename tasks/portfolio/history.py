"""Daily candles and present prices of a portfolio's coins, kept so that a run which is repeated sees the same."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.logging import get_run_logger

from blocks.asset_store import AssetStore
from blocks.candle_store import candle_source
from blocks.exchange import Candles, Exchange, MarketDataError, NetworkAway, UnknownSymbol
from blocks.recorded_candles import SYMBOL as RECORDED
from blocks.recorded_candles import recorded_candles
from tasks.crypto.candle_file import digest_of, read_candle_file
from tasks.crypto.market import SAMPLE, read_candles
from tasks.run import asset_path

if TYPE_CHECKING:
    from models.portfolio.panel import Panel

HISTORY: Final = "history.json"


@dataclass(frozen=True, eq=False)
class History:
    """Daily candles by symbol, and prices at `priced_at`; `source`: `exchange`, `index`, `file` or `sample`."""

    candles: Mapping[str, Candles]
    prices: Mapping[str, Decimal]
    priced_at: datetime
    quote: str
    exchange: str
    data_source: str
    source: str
    warnings: list[str] = field(default_factory=list)

    @property
    def historical(self) -> bool:
        """Whether these are recorded candles of years ago."""
        return self.source == SAMPLE

    @property
    def digest(self) -> str:
        """SHA-256 of all candles."""
        return digest_of(dict(self.candles))

    @property
    def window(self) -> str:
        """From the first opening to the last close of any coin, an ISO 8601 interval in UTC."""
        start = min(candles.start for candles in self.candles.values())
        end = max(candles.end for candles in self.candles.values())
        return f"{start:%Y-%m-%dT%H:%M:%SZ}/{end:%Y-%m-%dT%H:%M:%SZ}"

    def panel(self, symbols: Sequence[str] | None = None) -> "Panel":
        """The days that all coins have. Raises `PortfolioError` when they are too few."""
        from models.portfolio.panel import Panel  # noqa: PLC0415 - numpy where it is used

        chosen = {symbol: self.candles[symbol] for symbol in symbols or self.candles}
        return Panel.of({symbol: (candles.time, candles.close) for symbol, candles in chosen.items()})


@task(
    name="fetch-history",
    description="Daily candles and present prices of every coin: of the exchange, of a file, or the recorded sample.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def fetch_history(
    symbols: Sequence[str], *, quote: str, exchange: str, days: int, candles_uri: str | None = None
) -> History:
    """`days` daily returns of each symbol, so one candle more, and its price.

    Prices are those of the last trade, or the last close of a file and of the sample. Without a network only BTC has a
    recorded sample: `NetworkAway` names the others. Raises `MarketDataError`, and `CandleFileError` and `SourceError`
    for a file.
    """
    store, path = AssetStore.default(), asset_path(HISTORY)
    if store.exists(path):
        with store.open(path) as stream:
            return _from_json(stream.read())
    if candles_uri is not None:
        history = _of_file(symbols, quote, exchange, days, candles_uri)
    elif exchange == SAMPLE:
        history = _of_sample(symbols, days, "recorded sample (asked for)")
    else:
        history = _of_exchange(symbols, quote, exchange, days)
    store.put(path, _to_json(history), "application/json")
    return history


def _of_exchange(symbols: Sequence[str], quote: str, name: str, days: int) -> History:
    source = candle_source(name)
    try:
        candles = {
            symbol: read_candles(source, symbol, quote=quote, timeframe="1d", count=days + 1) for symbol in symbols
        }
    except NetworkAway as away:
        get_run_logger().warning("No network (%s): looking for recorded candles.", away)
        return _of_sample(symbols, days, f"recorded sample (network unavailable: {away})", away)
    found = next(iter(candles.values())).quote
    closes, closed_at = _last_closes(candles), min(one.end for one in candles.values())
    if not isinstance(source, Exchange):
        told = [f"{name} trades nothing: prices are the last daily closes, of {closed_at:%Y-%m-%d %H:%M} UTC."]
        return _history(candles, closes, closed_at, found, name, source.credit, "index", told)
    try:
        last = source.tickers(symbols, quote)
    except MarketDataError as error:
        told = [f"Prices are the last daily closes, as last trades could not be had: {error}"]
        return _history(candles, closes, closed_at, found, name, source.credit, "exchange", told)
    prices = {symbol: Decimal(repr(price)) for symbol, price in last.items()}
    return _history(candles, prices, datetime.now(UTC), found, name, source.credit, "exchange", [])


def _of_sample(symbols: Sequence[str], days: int, told: str, away: NetworkAway | None = None) -> History:
    if others := [symbol for symbol in symbols if symbol != RECORDED]:
        reason = f"The network is unavailable ({away}) and the" if away else "The"
        message = (
            f"{reason} recorded sample holds {RECORDED} alone, not {', '.join(others)}: "
            + ("try again when the network is back" if away else "ask an exchange for them")
            + ", leave them out, or give a file of candles (candles_uri)."
        )
        raise NetworkAway(message) if away else UnknownSymbol(message)
    candles = {RECORDED: recorded_candles(RECORDED, timeframe="1d", count=days + 1)}
    return _history(
        candles,
        _last_closes(candles),
        candles[RECORDED].end,
        candles[RECORDED].quote,
        SAMPLE,
        told,
        SAMPLE,
        [
            f"These are recorded candles of {candles[RECORDED].start:%Y-%m-%d} to {candles[RECORDED].end:%Y-%m-%d} in "
            f"{candles[RECORDED].quote}, not today's market: {told}."
        ],
    )


def _of_file(symbols: Sequence[str], quote: str, exchange: str, days: int, uri: str) -> History:
    from tasks.portfolio.daily import daily, newest  # noqa: PLC0415 - numpy where it is used

    file = read_candle_file(uri)
    names = {symbol: _name_in(file.candles, symbol, quote) for symbol in symbols}
    if missing := [symbol for symbol, name in names.items() if name is None]:
        has = ", ".join(list(file.candles)[:20])
        raise UnknownSymbol(f"The file of candles lacks {', '.join(missing)}; it has {has}.")
    candles = {symbol: newest(daily(file.candles[name]), days + 1) for symbol, name in names.items() if name}
    if empty := [symbol for symbol, found in candles.items() if not len(found)]:
        raise UnknownSymbol(f"The file holds no whole day of {', '.join(empty)}.")
    closes, end = _last_closes(candles), min(one.end for one in candles.values())
    warnings = [*file.warnings, f"Prices are the closes of {end:%Y-%m-%d %H:%M} UTC in the file, not those of now."]
    return _history(candles, closes, end, quote, exchange, f"file {uri}", "file", warnings)


def _name_in(candles: Mapping[str, Candles], symbol: str, quote: str) -> str | None:
    """What the file calls a coin: BTC, BTC/USDT or BTCUSDT, in any case."""
    known = {name.upper(): name for name in candles}
    spellings = (symbol, f"{symbol}/{quote}", f"{symbol}{quote}", f"{symbol}-{quote}")
    return next((known[name] for name in spellings if name in known), None)


def _history(
    candles: Mapping[str, Candles],
    prices: Mapping[str, Decimal],
    priced_at: datetime,
    quote: str,
    exchange: str,
    data_source: str,
    source: str,
    warnings: list[str],
) -> History:
    told = [*warnings, *(line for one in candles.values() for line in _flaws(one))]
    return History(candles, prices, priced_at, quote, exchange, data_source, source, told)


def _flaws(candles: Candles) -> list[str]:
    told = []
    if missing := sum(gap.missing for gap in candles.gaps):
        told.append(f"{candles.symbol}: {missing} daily candles are missing; no return was made up for them.")
    if candles.duplicates or candles.bad_ticks:
        told.append(f"{candles.symbol}: dropped {candles.bad_ticks} bad and {candles.duplicates} duplicate candles.")
    return told


def _last_closes(candles: Mapping[str, Candles]) -> dict[str, Decimal]:
    return {symbol: Decimal(repr(float(one.close[-1]))) for symbol, one in candles.items()}


def _to_json(history: History) -> bytes:
    from tasks.portfolio.daily import as_document  # noqa: PLC0415 - numpy where it is used

    values: dict[str, Any] = {
        "candles": {symbol: as_document(one) for symbol, one in history.candles.items()},
        "prices": {symbol: str(price) for symbol, price in history.prices.items()},
        "priced_at": history.priced_at.isoformat(),
        **{name: getattr(history, name) for name in ("quote", "exchange", "data_source", "source", "warnings")},
    }
    return json.dumps(values).encode()


def _from_json(content: bytes) -> History:
    from tasks.portfolio.daily import from_document  # noqa: PLC0415 - numpy where it is used

    values = json.loads(content)
    values["candles"] = {symbol: from_document(one) for symbol, one in values["candles"].items()}
    values["prices"] = {symbol: Decimal(price) for symbol, price in values["prices"].items()}
    values["priced_at"] = datetime.fromisoformat(values["priced_at"])
    return History(**values)
