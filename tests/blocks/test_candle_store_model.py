"""Whatever is asked for in whatever order, what comes through the store is what the source gives directly."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blocks.candle_store import CandleStore, fetch_incrementally
from blocks.exchange import Candles, NoCandles, clean_candles
from blocks.warehouse import Warehouse

pytestmark = [pytest.mark.blocks, pytest.mark.crypto]

HOUR = timedelta(hours=1)
START = datetime(2024, 5, 1, tzinfo=UTC)
LENGTH = 120


@dataclass
class Market:
    """A source of hourly candles in memory: some it never has, some come an hour late, some are impossible.

    They may open at another minute than the full hour, as days do at exchanges of other time zones.
    """

    holes: frozenset[int]
    late: frozenset[int]
    bad: frozenset[int]
    now: datetime = START
    offset: timedelta = timedelta(0)
    asked: list[tuple[datetime, datetime]] = field(default_factory=list)
    name: str = "market"
    absence_is_final: bool = True
    credit: str = "market"

    def quoted(self, quote: str) -> str:
        return quote

    def require(self, timeframe: str) -> None:
        assert timeframe == "1h"

    def time(self) -> datetime:
        return self.now

    def fetch_candles(self, symbol: str, **window: Any) -> Candles:
        since, until = window["since"], window["until"]
        self.asked.append((since, until))
        rows = [
            self.row(hour) for hour in range(LENGTH) if self.has(hour) and since <= self.opens(hour) <= until - HOUR
        ]
        candles = clean_candles(
            rows,
            symbol=symbol,
            quote=window["quote"],
            timeframe="1h",
            exchange=self.name,
            source=self.name,
            as_of=self.now,
        )
        if not len(candles):
            raise NoCandles("none")
        return candles

    def opens(self, hour: int) -> datetime:
        return START + self.offset + hour * HOUR

    def has(self, hour: int) -> bool:
        return hour not in self.holes and self.now >= self.opens(hour + 1 + (hour in self.late))

    def row(self, hour: int) -> list[float | None]:
        price = 100.0 + hour
        time = self.opens(hour).timestamp() * 1000
        return [time, price, price + 1, price - 1, -1.0 if hour in self.bad else price, None if hour % 7 == 0 else 1.5]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> CandleStore:
    return CandleStore(Warehouse(url=f"sqlite:///{tmp_path_factory.mktemp('warehouse') / 'warehouse.db'}"))


HOURS = st.frozensets(st.integers(0, LENGTH - 1), max_size=25)
MINUTES = st.integers(0, LENGTH * 60)
STEPS = st.lists(
    st.tuples(
        st.integers(0, 20 * 60),  # minutes that pass before
        st.one_of(st.integers(1, LENGTH), st.tuples(MINUTES, MINUTES)),  # the newest so many, or from minute to minute
    ),
    min_size=1,
    max_size=8,
)


def window_of(asked: int | tuple[int, int]) -> dict[str, Any]:
    if isinstance(asked, int):
        return {"count": asked}
    since, until = sorted(asked)
    return {"since": START + timedelta(minutes=since), "until": START + timedelta(minutes=until)}


def directly(market: Market, window: dict[str, Any]) -> Candles | None:
    end = min(window.get("until", market.now), market.now)
    whole = end - (end - START) % HOUR
    since = window.get("since", whole - window.get("count", 0) * HOUR)
    try:
        return market.fetch_candles("BTC", quote="USDT", since=since, until=end)
    except NoCandles:
        return None


@settings(max_examples=40)
@given(HOURS, HOURS, HOURS, st.sampled_from([0, 0, 20]), st.booleans(), STEPS)
def test_the_store_changes_nothing_but_what_is_asked(
    store: CandleStore,
    holes: frozenset[int],
    late: frozenset[int],
    bad: frozenset[int],
    offset: int,
    final: bool,
    steps: list[tuple[int, Any]],
) -> None:
    market = Market(holes, late, bad, name=uuid4().hex, offset=timedelta(minutes=offset), absence_is_final=final)
    for passed, asked in steps:
        market.now = min(market.now + timedelta(minutes=passed), START + (LENGTH + 1) * HOUR)
        window = window_of(asked)
        expected = directly(market, window)
        try:
            found = fetch_incrementally(market, store, "BTC", quote="USDT", timeframe="1h", **window).candles
        except NoCandles:
            assert expected is None
            continue
        assert expected is not None
        assert found.digest == expected.digest
        assert (found.bad_ticks, found.as_of) == (expected.bad_ticks, market.now)
    market.now = START + 2 * LENGTH * HOUR  # when nothing more can come
    fetch = {"quote": "USDT", "timeframe": "1h", "since": START, "until": START + LENGTH * HOUR}
    for _ in range(2):
        asked_before = len(market.asked)
        if directly(market, fetch) is None:
            return
        fetch_incrementally(market, store, "BTC", **fetch)
    assert len(market.asked) == asked_before + 1 or not final, "the second time only this test itself has asked"
