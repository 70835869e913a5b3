"""A series kept up to date in the store, whatever its length: only what is asked for is ever in memory."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from blocks.candle_store.filling import LOOKED_BACK, Filling, blocks_to_ask_for
from blocks.candle_store.series import CandleSeries
from blocks.candle_store.source import CandleSource
from blocks.candle_store.span import Span, floor_to
from blocks.candle_store.store import CandleStore
from blocks.exchange import duration


@dataclass(frozen=True)
class Ingestion:
    """What one series gained: candles that are new, that were revised, that are missing or can't be in what came.

    `digest` is over what was written. `since` and `until` bound the stretch of the store that the end of the window
    lies in; None where the source has answered for none.
    """

    series: CandleSeries
    new: int
    revised: int
    missing: int
    bad_ticks: int
    digest: str
    since: datetime | None
    until: datetime | None


def ingest(
    source: CandleSource, store: CandleStore, symbol: str, *, quote: str, timeframe: str, back: timedelta
) -> Ingestion:
    """Bring the store up to the newest closed candle, and back as far as `back`; what it has is not asked for.

    Raises what `source.fetch_candles` does but `NoCandles`, and `WarehouseError`; what came before stays stored.
    """
    source.require(timeframe)
    now, step = source.time(), duration(timeframe)
    series = CandleSeries(source.name, symbol, source.quoted(quote), timeframe)
    covered = store.spans(series)
    new = revised = absent = bad = 0
    digest = hashlib.sha256()
    for block in blocks_to_ask_for(Span(floor_to(now - back, step), now), covered, step):
        known = store.read(series, block.since - LOOKED_BACK * step, block.until)
        filling = Filling(source, store, series, known, covered, now)
        fresh = filling.fill(block)
        covered = filling.covered
        new += len(fresh) - filling.revised
        revised += filling.revised
        absent += sum(gap.missing for gap in filling.known.within(block.since - step, block.until).gaps)
        bad += fresh.bad_ticks
        digest.update(fresh.digest.encode())
    newest = covered[-1] if covered else None
    return Ingestion(
        series, new, revised, absent, bad, digest.hexdigest(), newest and newest.since, newest and newest.until
    )
