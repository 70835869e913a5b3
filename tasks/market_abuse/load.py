"""Fetching and reading what is to be analysed."""

from pathlib import Path
from tempfile import TemporaryDirectory

from prefect import task
from prefect.cache_policies import NO_CACHE

from blocks.source import fetch
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
