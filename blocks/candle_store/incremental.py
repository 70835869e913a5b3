"""Candles through the store: what it has comes from there, the source is asked for the rest only."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from blocks.candle_store.combine import fresh_candles, has_changed, joined, no_candles
from blocks.candle_store.series import CandleSeries
from blocks.candle_store.source import CandleSource
from blocks.candle_store.span import Span, floor_to, missing, union
from blocks.candle_store.store import CandleStore
from blocks.exchange import Candles, NoCandles, duration

BLOCK: Final = 20_000
"""Candles that are asked for and stored at a time: what fails later does not lose what came before."""
LOOKED_BACK: Final = 500
"""Candles that are asked for again when the newest stored one has changed since."""
SETTLING: Final = timedelta(minutes=10)
"""Younger than that, or than two candles, a candle that is missing may still come."""


@dataclass(frozen=True, eq=False)
class Fetched:
    """Candles; how many of them the store had, how many it lacked, and how many are otherwise than it had them."""

    candles: Candles
    stored: int
    new: int
    revised: int


def fetch_incrementally(
    source: CandleSource,
    store: CandleStore,
    symbol: str,
    *,
    quote: str,
    timeframe: str,
    count: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    as_of: datetime | None = None,
) -> Fetched:
    """Closed candles as `source.fetch_candles` gives them: the newest `count`, or from `since` to `until` (now).

    What the store has is not asked for again, but for the last candle before each missing stretch: if that has changed,
    so may have those before it, and a page of them is read anew. A hole that the source has itself is known as such
    once it has answered. Raises what `source.fetch_candles` does, and `WarehouseError`.
    """
    source.require(timeframe)
    now = as_of or source.time()
    step, end = duration(timeframe), min(until or now, now)
    start = since if since is not None else floor_to(end, step) - (count or LOOKED_BACK) * step
    series = CandleSeries(source.name, symbol, source.quoted(quote), timeframe)
    filling = _Filling(source, store, series, store.read(series, start - step, end), store.spans(series), now)
    stored = len(filling.known.within(start, end))
    for piece in _asked_for(Span(start, end), filling.covered, step):
        for block in piece.blocks(BLOCK * step):
            filling.fill(block)
    found = filling.known.within(start, end)
    if not len(found):
        raise filling.empty or NoCandles(
            f"{source.name} has no closed {timeframe} candle of {symbol}/{series.quote} between "
            f"{start:%Y-%m-%d %H:%M} and {end:%Y-%m-%d %H:%M} UTC: ask for another window."
        )
    return Fetched(found, stored=stored, new=len(found) - stored, revised=filling.revised)


def _asked_for(wanted: Span, covered: list[Span], step: timedelta) -> Iterator[Span]:
    """What to ask for; not the end of the window while no further candle can have closed there."""
    for piece in missing(wanted, covered):
        if piece.until < wanted.until or piece.until - piece.since >= step:
            yield piece


@dataclass
class _Filling:
    """A series while its missing stretches are asked for, one block after the other."""

    source: CandleSource
    store: CandleStore
    series: CandleSeries
    known: Candles
    covered: list[Span]
    now: datetime
    revised: int = 0
    empty: NoCandles | None = None

    def __post_init__(self) -> None:
        self.known = joined(self.known, no_candles(self.series, self.now))

    def fill(self, block: Span) -> None:
        """Ask for a block that is missing, with the candle before it; store what is new and that it was answered."""
        step = self.known.step
        overlaps = any(span.since < block.since <= span.until for span in self.covered)
        given = self._ask(block.since - step if overlaps else block.since, block.until)
        if overlaps and has_changed(self.known, given, block.since - step):
            given = self._ask(block.since - LOOKED_BACK * step, block.until)
        fresh, revised = fresh_candles(self.known, given)
        self.store.merge(fresh, self._cover(block, given))
        self.known = joined(self.known, fresh)
        self.revised += revised

    def _ask(self, since: datetime, until: datetime) -> Candles:
        """What the source has, which may be nothing."""
        _, symbol, quote, timeframe = self.series
        try:
            return self.source.fetch_candles(
                symbol, quote=quote, timeframe=timeframe, since=since, until=until, as_of=self.now
            )
        except NoCandles as error:
            self.empty = error
            return no_candles(self.series, self.now)

    def _cover(self, block: Span, given: Candles) -> Span | None:
        """The stretch known from now on, whole; what has only just closed may be late, and is not counted as missing.

        The stretch begins where a stored one does that it touches, so that its row in the warehouse grows.
        """
        step = given.step
        since, settled = block.since, floor_to(min(block.until, self.now - max(2 * step, SETTLING)), step)
        until = max(settled, given.end) if len(given) else settled
        if not self.source.absence_is_final:
            since = max(since, given.start) if len(given) else until
        if until <= since:
            return None
        self.covered = union([*self.covered, Span(since, until)])
        return next(span for span in self.covered if span.since <= since < span.until)
