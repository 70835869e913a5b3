"""The store of candles: what comes back, and that a source is asked only for what is new."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocks.candle_store import CandleSeries, CandleStore, Span, fetch_incrementally
from blocks.candle_store.span import missing, union
from blocks.exchange import Exchange, ExchangeUnavailable, NoCandles, UnknownSymbol, UnsupportedTimeframe
from blocks.warehouse import Warehouse
from tests.blocks.binance import HOUR, NOW, Binance, Trouble, candle_rows
from tests.blocks.kraken import KEPT, Kraken

pytestmark = [pytest.mark.blocks, pytest.mark.crypto]

BTC = CandleSeries("binance", "BTC", "USDT", "1h")
LAST_CLOSED = NOW // HOUR * HOUR - HOUR


@pytest.fixture(params=["postgresql", "sqlite"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> CandleStore:
    sqlite = f"sqlite:///{tmp_path / 'warehouse.db'}"
    warehouse = Warehouse(url=sqlite if request.param == "sqlite" else request.getfixturevalue("database_url"))
    warehouse.migrate()
    return CandleStore(warehouse)


@pytest.fixture
def store(tmp_path: Path) -> CandleStore:
    return CandleStore(Warehouse(url=f"sqlite:///{tmp_path / 'warehouse.db'}"))


@pytest.fixture
def binance() -> Iterator[Binance]:
    with Binance(candle_rows(3000)) as server:
        yield server


def exchange(server: Binance, **settings: Any) -> Exchange:
    return Exchange(base_url=server.url, **{"timeout": 3.0, "patience": 1.0, "attempts": 1, **settings})


def fetch(server: Binance, store: CandleStore, **window: Any) -> Any:
    return fetch_incrementally(exchange(server), store, "BTC", quote="USDT", timeframe="1h", **window)


def utc(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def asked_since(server: Binance) -> list[int]:
    """Hours between the newest closed candle and where each request began."""
    return [(LAST_CLOSED - int(query["startTime"])) // HOUR for query in server.asked("klines")]


def hours(server: Binance, by: int) -> None:
    """The market goes on."""
    server.now += by * HOUR


def test_the_second_fetch_asks_only_for_what_is_new(binance: Binance, either: CandleStore) -> None:
    binance.now -= 3 * HOUR
    first = fetch(binance, either, count=500)
    hours(binance, 3)
    second = fetch(binance, either, count=500)

    direct = exchange(binance).fetch_candles("BTC", count=500)
    assert (first.stored, first.new, first.revised) == (0, 500, 0)
    assert (second.stored, second.new, second.revised) == (497, 3, 0)
    assert second.candles.digest == direct.digest
    assert (second.candles.as_of, second.candles.source) == (direct.as_of, "binance")
    assert asked_since(binance)[1] == 3, "one candle more than is new: whether it is still what it was"
    assert binance.asked("klines")[1]["limit"] == "5"


def test_nothing_is_asked_for_while_no_candle_has_closed(binance: Binance, store: CandleStore) -> None:
    for _ in range(3):
        found = fetch(binance, store, count=300)
    assert len(binance.asked("klines")) == 1
    assert len(binance.asked("time")) == 3
    assert (found.stored, found.new) == (300, 0)


def test_an_earlier_window_is_asked_for_up_to_where_the_store_begins(binance: Binance, store: CandleStore) -> None:
    fetch(binance, store, count=100)
    found = fetch(binance, store, count=300)

    assert (found.stored, found.new) == (100, 200)
    assert found.candles.digest == exchange(binance).fetch_candles("BTC", count=300).digest
    assert asked_since(binance)[:2] == [99, 299]
    assert len(store.spans(BTC)) == 1


def test_stretches_apart_stay_apart_until_they_meet(binance: Binance, store: CandleStore) -> None:
    early = {"since": utc(LAST_CLOSED - 900 * HOUR), "until": utc(LAST_CLOSED - 800 * HOUR)}
    assert len(fetch(binance, store, **early).candles) == 100
    fetch(binance, store, count=50)
    assert [span.until - span.since for span in store.spans(BTC)] == [timedelta(hours=101), timedelta(hours=50)]
    found = fetch(binance, store, count=1000)

    assert (found.stored, found.new) == (151, 849)
    assert found.candles.digest == exchange(binance).fetch_candles("BTC", count=1000).digest
    assert [span.until - span.since for span in store.spans(BTC)] == [timedelta(hours=1000)]


def test_a_hole_that_the_exchange_has_is_asked_for_once(binance: Binance, store: CandleStore) -> None:
    del binance.rows[-60:-50]
    first = fetch(binance, store, count=100)
    again = fetch(binance, store, count=100)

    assert [gap.missing for gap in again.candles.gaps] == [10]
    assert first.candles.digest == again.candles.digest
    assert len(binance.asked("klines")) == 1


def test_what_was_before_a_coin_was_listed_is_asked_for_once(binance: Binance, store: CandleStore) -> None:
    del binance.rows[:-40]
    for _ in range(2):
        assert len(fetch(binance, store, count=500).candles) == 39
    assert len(binance.asked("klines")) == 1


def test_what_an_exchange_no_longer_keeps_is_asked_for_once(store: CandleStore) -> None:
    with Kraken(candle_rows(1000)) as kraken:
        source = Exchange(name="kraken", base_url=kraken.url)
        source._connection().client.rateLimit = 1  # ms between requests
        for _ in range(2):
            found = fetch_incrementally(source, store, "BTC", quote="USD", timeframe="1h", count=900)
            assert len(found.candles) == KEPT - 1
        assert len(kraken.asked("OHLC")) <= 2


def test_a_candle_that_comes_late_is_not_taken_for_a_hole(binance: Binance, store: CandleStore) -> None:
    late = binance.rows.pop(-2)
    assert fetch(binance, store, count=50).candles.end == utc(LAST_CLOSED)
    binance.rows.insert(-1, late)
    found = fetch(binance, store, count=50)

    assert (found.candles.end, found.new) == (utc(LAST_CLOSED + HOUR), 1)


def test_a_market_that_has_ended_is_asked_for_its_last_candles_once(binance: Binance, store: CandleStore) -> None:
    del binance.rows[-30:]
    fetch(binance, store, count=200)
    asked = len(binance.asked("klines"))
    hours(binance, 1)
    assert len(fetch(binance, store, count=200).candles) == 170
    (query,) = binance.asked("klines")[asked:]
    assert int(query["limit"]) <= 5, "only the last hours may still come"


def test_a_revised_candle_is_taken_over_with_those_before_it(binance: Binance, store: CandleStore) -> None:
    binance.now -= HOUR
    fetch(binance, store, count=400)
    hours(binance, 1)
    for row in (binance.rows[-3], binance.rows[-20], binance.rows[-700]):
        row[5] = "4321.5"
    found = fetch(binance, store, count=400)

    assert (found.new, found.revised) == (1, 2)
    assert found.candles.digest == exchange(binance).fetch_candles("BTC", count=400).digest
    assert store.read(BTC).volume.tolist().count(4321.5) == 2


def test_bad_ticks_are_remembered_and_mended(binance: Binance, either: CandleStore) -> None:
    good = binance.rows[-7][4]
    binance.rows[-7][4] = "-1"
    binance.rows[-9][5] = None
    for _ in range(2):
        found = fetch(binance, either, count=50).candles
        assert (len(found), found.bad_ticks, len(found.gaps)) == (49, 1, 1)
        assert np.isnan(found.volume).sum() == 1
    assert fetch(binance, either, count=4).candles.bad_ticks == 0, "the bad one is older"
    assert len(binance.asked("klines")) == 1

    binance.rows[-7][4], binance.rows[-2][5] = good, "77"
    hours(binance, 1)
    mended = fetch(binance, either, count=50).candles
    assert (len(mended), mended.bad_ticks) == (50, 0)


def test_what_comes_back_is_bit_by_bit_what_was_stored(binance: Binance, either: CandleStore) -> None:
    candles = exchange(binance).fetch_candles("BTC", count=700)
    assert either.merge(candles, Span(candles.start, candles.end)) == 700
    found = either.read(BTC)

    assert found.digest == candles.digest
    assert either.spans(BTC) == [Span(candles.start, candles.end)]
    part = either.read(BTC, candles.start + timedelta(hours=3), candles.end - timedelta(hours=2, minutes=1))
    assert (len(part), part.start) == (694, candles.start + timedelta(hours=3))


def test_other_series_are_not_touched(binance: Binance, store: CandleStore) -> None:
    fetch(binance, store, count=10)
    for other in (BTC._replace(symbol="ETH"), BTC._replace(quote="USDC"), BTC._replace(timeframe="1d")):
        assert len(store.read(other)) == 0
        assert store.spans(other) == []


def test_a_failure_half_way_keeps_what_came_before(
    binance: Binance, store: CandleStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("blocks.candle_store.filling.BLOCK", 100)
    binance.page = 100
    patient = exchange(binance)
    patient.fetch_candles("BTC", count=1)
    fail_at = len(binance.asked("klines")) + 3

    def fails(path: str, query: dict[str, str]) -> tuple[int, Any]:
        if path.endswith("klines") and len(binance.asked("klines")) == fail_at:
            return 500, {}
        return Binance.answer(binance, path, query)

    binance.answer = fails  # type: ignore[method-assign]  # a server that fails once, later
    with pytest.raises(ExchangeUnavailable):
        fetch(binance, store, count=500)
    kept = len(store.read(BTC))
    assert kept in {101, 201}, "whole blocks, and the candle after"
    found = fetch(binance, store, count=500)
    assert (found.stored, found.new) == (kept, 500 - kept)


def test_errors_of_the_source_pass_through(binance: Binance, store: CandleStore) -> None:
    source = exchange(binance)
    with pytest.raises(UnknownSymbol):
        fetch_incrementally(source, store, "NOPE", quote="USDT", timeframe="1h", count=5)
    with pytest.raises(UnsupportedTimeframe):
        fetch_incrementally(source, store, "BTC", quote="USDT", timeframe="7w", count=5)
    binance.rows.clear()
    for _ in range(2):
        with pytest.raises(NoCandles, match="no closed 1h candle of BTC"):
            fetch(binance, store, count=5)
    binance.troubles.append(Trouble(503))
    with pytest.raises(ExchangeUnavailable):
        fetch(binance, store, count=5)


def test_many_at_once_leave_one_history(binance: Binance, either: CandleStore) -> None:
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda number: fetch(binance, either, count=200 + 50 * number), range(6)))

    direct = exchange(binance).fetch_candles("BTC", count=450)
    assert found[-1].candles.digest == direct.digest == either.read(BTC).digest
    assert either.spans(BTC) == [Span(direct.start, direct.end)]


def test_the_near_store_is_a_file_in_front_of_bigquery(
    monkeypatch: pytest.MonkeyPatch, isolated_data_dir: Path
) -> None:
    assert CandleStore.near().warehouse.url == CandleStore.default().warehouse.url
    monkeypatch.setenv("WAREHOUSE_URL", "bigquery://project-one/analytics")
    from blocks.saved_block import forget_remembered_blocks

    forget_remembered_blocks()
    try:
        near = CandleStore.near().warehouse.url.get_secret_value()
        assert near == f"sqlite:///{isolated_data_dir / 'candles.db'}"
        assert CandleStore.near().read(BTC).time.size == 0, "the file is made at its first use"
    finally:
        forget_remembered_blocks()


MOMENTS = st.integers(0, 40).map(lambda hour: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=hour))
SPANS = st.tuples(MOMENTS, MOMENTS).filter(lambda pair: pair[0] < pair[1]).map(lambda pair: Span(*pair))


def covers(spans: list[Span], moment: datetime) -> bool:
    return any(span.since <= moment < span.until for span in spans)


@given(st.lists(SPANS, max_size=6), SPANS)
def test_what_is_missing_is_what_is_wanted_and_not_covered(spans: list[Span], wanted: Span) -> None:
    parts = missing(wanted, spans)
    for hour in range(41):
        moment = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=hour)
        assert covers(parts, moment) == (covers([wanted], moment) and not covers(spans, moment))
        assert covers(union(spans), moment) == covers(spans, moment)
    assert all(one.until < other.since for one, other in zip(union(spans), union(spans)[1:], strict=False))


def test_what_another_run_stores_meanwhile_is_not_missing(
    binance: Binance, either: CandleStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another run fills the store while it is looked into: what is called known then has to be there."""
    other, looks = CandleStore(either.warehouse), iter((True,))
    real = CandleStore.spans

    def meanwhile(store: CandleStore, series: CandleSeries) -> list[Span]:
        if store is either and next(looks, False):
            fetch(binance, other, count=300)
        return real(store, series)

    monkeypatch.setattr(CandleStore, "spans", meanwhile)
    found = fetch(binance, either, count=300)
    assert found.candles.digest == exchange(binance).fetch_candles("BTC", count=300).digest
