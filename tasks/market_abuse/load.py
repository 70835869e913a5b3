"""Fetching and reading what is to be analysed."""

from pathlib import Path
from tempfile import TemporaryDirectory

from prefect import task
from prefect.cache_policies import NO_CACHE

from blocks.exchange import Exchange
from blocks.source import fetch
from tasks.market_abuse.account_file import read_accounts
from tasks.market_abuse.book_file import read_book
from tasks.market_abuse.market_file import MAX_FILE_BYTES, MarketFileError
from tasks.market_abuse.trade_file import read_trades
from tasks.market_abuse.trading import Trading


@task(
    name="load-trades",
    description="A file of trades: checked, each once, in the order of time.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def load_trades(uri: str) -> Trading:
    """The trades at a uri. Raises MarketFileError (a ValueError), `SourceError`."""
    with TemporaryDirectory(prefix="trading-") as folder:
        fetched = fetch(uri, Path(folder) / "trades", MAX_FILE_BYTES)
        try:
            trades, warnings = read_trades(fetched.path)
        except MarketFileError as error:
            raise MarketFileError(f"trades_uri: {error}") from error
    return Trading(
        "trades",
        len(trades),
        source=uri,
        sha256=fetched.sha256,
        trades=trades,
        first=float(trades.time[0]) / 1e6,
        last=float(trades.time[-1]) / 1e6,
        warnings=warnings,
    )


@task(
    name="load-order-book",
    description="A file of order-book events: checked, in the order of time.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def load_order_book(uri: str) -> Trading:
    """The events at a uri. Raises MarketFileError (a ValueError), `SourceError`."""
    with TemporaryDirectory(prefix="trading-") as folder:
        fetched = fetch(uri, Path(folder) / "events", MAX_FILE_BYTES)
        try:
            events, warnings = read_book(fetched.path)
        except MarketFileError as error:
            raise MarketFileError(f"order_book_uri: {error}") from error
    return Trading(
        "order_book",
        len(events),
        source=uri,
        sha256=fetched.sha256,
        events=events,
        first=float(events.time[0]) / 1e6,
        last=float(events.time[-1]) / 1e6,
        warnings=warnings,
    )


@task(
    name="load-accounts",
    description="A file of Ethereum accounts and their figures.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def load_accounts(uri: str) -> Trading:
    """The accounts at a uri. Raises MarketFileError (a ValueError), `SourceError`."""
    with TemporaryDirectory(prefix="trading-") as folder:
        fetched = fetch(uri, Path(folder) / "accounts", MAX_FILE_BYTES)
        try:
            accounts, warnings = read_accounts(fetched.path)
        except MarketFileError as error:
            raise MarketFileError(f"accounts_uri: {error}") from error
    return Trading("accounts", len(accounts), source=uri, sha256=fetched.sha256, accounts=accounts, warnings=warnings)


@task(
    name="load-market",
    description="Hourly candles of an exchange, the closed ones.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def load_market(symbol: str, quote: str, exchange: str, hours: int) -> Trading:
    """The newest `hours` candles. Raises `MarketDataError`."""
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    from models.market_abuse.pumps.bars import Bars  # noqa: PLC0415

    candles = Exchange.default(exchange).fetch_candles(symbol, quote=quote, timeframe="1h", count=hours)
    start = candles.time.astype("datetime64[us]").astype(np.int64)
    volume = np.nan_to_num(candles.volume)
    warnings = [
        "Public market data names no accounts: pumps are looked for, wash trading and who is behind a pump can't be."
    ]
    if candles.gaps:
        missing = sum(gap.missing for gap in candles.gaps)
        warnings.append(
            f"{missing:,} hours are missing in {len(candles.gaps):,} gaps; bars on both sides are neighbours."
        )
    return Trading(
        "market",
        len(candles),
        source=candles.source,
        sha256=candles.digest,
        bars=Bars(
            start=start,
            length=3_600_000_000,
            rush=np.full(len(candles), np.nan),
            value=candles.close * volume,
            high=candles.high,
            close=candles.close,
        ),
        symbol=f"{symbol}/{quote}",
        first=candles.start.timestamp(),
        last=candles.end.timestamp(),
        warnings=warnings,
    )
