"""Candles through the store: what it has comes from there, the source is asked for the rest only."""

from dataclasses import dataclass
from typing import Unpack

from blocks.candle_store.filling import LOOKED_BACK, Filling, blocks_to_ask_for
from blocks.candle_store.series import CandleSeries
from blocks.candle_store.source import CandleSource
from blocks.candle_store.span import Span, floor_to
from blocks.candle_store.store import CandleStore
from blocks.candle_store.window import Window
from blocks.exchange import Candles, NoCandles, duration


@dataclass(frozen=True, eq=False)
class Fetched:
    """Candles; how many of them the store had, how many it lacked, and how many are otherwise than it had them."""

    candles: Candles
    stored: int
    new: int
    revised: int


def fetch_incrementally(
    source: CandleSource, store: CandleStore, symbol: str, *, quote: str, timeframe: str, **window: Unpack[Window]
) -> Fetched:
    """Closed candles as `source.fetch_candles` gives them: the newest `count`, or from `since` to `until` (now).

    What the store has is not asked for again, but for the last candle before each missing stretch: if that has changed,
    so may have those before it, and a page of them is read anew. A hole that the source has itself is known as such
    once it has answered. Raises what `source.fetch_candles` does, and `WarehouseError`.
    """
    source.require(timeframe)
    now, step = window.get("as_of") or source.time(), duration(timeframe)
    end = min(window.get("until") or now, now)
    start = window.get("since") or floor_to(end, step) - (window.get("count") or LOOKED_BACK) * step
    series = CandleSeries(source.name, symbol, source.quoted(quote), timeframe)
    # First what is covered, then the candles: in the other order those that another run stores in between were missing
    # from a stretch that is called known.
    covered = store.spans(series)
    known = store.read(series, floor_to(start, step) - step, end + step)
    filling = Filling(source, store, series, known, covered, now)
    stored = len(filling.known.within(start, end))
    for block in blocks_to_ask_for(Span(start, end), filling.covered, step):
        filling.fill(block)
    found = filling.known.within(start, end)
    if not len(found):
        raise filling.empty or NoCandles(
            f"{source.name} has no closed {timeframe} candle of {symbol}/{series.quote} between "
            f"{start:%Y-%m-%d %H:%M} and {end:%Y-%m-%d %H:%M} UTC: ask for another window."
        )
    return Fetched(found, stored=stored, new=len(found) - stored, revised=filling.revised)
