"""The missing stretches of a series, filled from its source block by block."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from blocks.candle_store.combine import fresh_candles, has_changed, joined, no_candles
from blocks.candle_store.series import CandleSeries
from blocks.candle_store.source import CandleSource
from blocks.candle_store.span import Span, floor_to, missing, union
from blocks.candle_store.store import CandleStore
from blocks.exchange import Candles, NoCandles

BLOCK: Final = 20_000
"""Candles that are asked for and stored at a time: what fails later does not lose what came before."""
LOOKED_BACK: Final = 500
"""Candles that are asked for again when the newest stored one has changed since."""
SETTLING: Final = timedelta(minutes=10)
"""Younger than that, or than two candles, a candle that is missing may still come."""


def blocks_to_ask_for(wanted: Span, covered: Iterable[Span], step: timedelta) -> Iterator[Span]:
    """What is missing of `wanted`, in blocks; not its end while no further candle can have closed there.

    Blocks begin at multiples of `step`, as spans do, so that no candle lies across the border of two.
    """
    for piece in missing(Span(floor_to(wanted.since, step), wanted.until), covered):
        if piece.until < wanted.until or piece.until - piece.since >= step:
            yield from piece.blocks(BLOCK * step)


@dataclass
class Filling:
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

    def fill(self, block: Span) -> Candles:
        """Ask for a block that is missing, with the candle before it; store what is new and that it was answered.

        And the candle after it, as there are exchanges whose days begin at other hours: theirs lies across the border.
        Returns what was new or otherwise than it was known.
        """
        step = self.known.step
        until = min(block.until + step, self.now)
        overlaps = any(span.since < block.since <= span.until for span in self.covered)
        given = self._ask(block.since - step if overlaps else block.since, until)
        if overlaps and has_changed(self.known, given, block.since - step):
            given = self._ask(block.since - LOOKED_BACK * step, until)
        fresh, revised = fresh_candles(self.known, given)
        self.store.merge(fresh, self._cover(block, given))
        self.known = joined(self.known, fresh)
        self.revised += revised
        return fresh

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
