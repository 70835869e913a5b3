"""Bitcoin's candles beside another coin's: what moves all coins shows there first."""

from typing import Final

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.logging import get_run_logger

from blocks.candle_store import candle_source
from blocks.exchange import Candles, MarketDataError
from tasks.crypto.market import Market, read_candles

REFERENCE: Final = "BTC"


@task(
    name="fetch-reference",
    description="Bitcoin's candles of the same time, for models that look at them; a forecast goes on without.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def fetch_reference(market: Market) -> Candles | None:
    """Bitcoin's closed candles in the window, quote and timeframe of `market`; None where they can't be had.

    The window is that of the coin, so that a run which is repeated sees the same. Never raises `MarketDataError`.
    """
    candles = market.candles
    if candles.symbol == REFERENCE or market.historical:
        return None
    try:
        found = read_candles(
            candle_source(candles.exchange),
            REFERENCE,
            quote=candles.quote,
            timeframe=candles.timeframe,
            since=candles.start,
            until=candles.end,
            as_of=candles.as_of,
        )
    except MarketDataError as error:
        get_run_logger().info("No candles of %s beside %s: %s", REFERENCE, candles.symbol, error)
        return None
    return found if len(found) else None
