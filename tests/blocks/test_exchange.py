"""ccxt against a server on loopback that speaks Binance's wire format."""

import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from blocks.exchange import (
    Exchange,
    ExchangeUnavailable,
    MarketDataError,
    NetworkAway,
    NoCandles,
    UnknownExchange,
    UnknownSymbol,
    UnsupportedTimeframe,
)
from blocks.exchange.connection import Connection
from blocks.exchange.feed import exchange_time
from blocks.exchange.network import forget_verdicts
from tests.blocks.binance import HOUR, NOW, Binance, Trouble, candle_rows
from tests.conftest import free_port

pytestmark = [pytest.mark.blocks, pytest.mark.crypto]

LAST_CLOSED = NOW // HOUR * HOUR - HOUR
FIRST_TRY = {"attempts": 1, "patience": 0}


@pytest.fixture
def binance() -> Iterator[Binance]:
    with Binance(candle_rows(2600)) as server:
        yield server


def exchange(server: Binance, **settings: Any) -> Exchange:
    return Exchange(base_url=server.url, **{"timeout": 3.0, "patience": 3.0, **settings})


def utc(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def test_the_newest_closed_candles_come_page_by_page(binance: Binance) -> None:
    candles = exchange(binance).fetch_candles("BTC", timeframe="1h", count=2500)

    assert len(candles) == 2500
    closed = [row for row in binance.rows if row[0] <= LAST_CLOSED][-2500:]
    assert candles.time.astype(np.int64).tolist() == [row[0] for row in closed]
    assert candles.close.tolist() == [float(row[4]) for row in closed]
    assert candles.volume.tolist() == [float(row[5]) for row in closed]
    assert (candles.duplicates, candles.bad_ticks, candles.gaps) == (0, 0, ())
    assert (candles.symbol, candles.quote, candles.exchange, candles.source) == ("BTC", "USDT", "binance", "binance")
    pages = binance.asked("klines")
    assert [page["limit"] for page in pages[:2]] == ["1000", "1000"]
    assert len(pages) == 3
    starts = [int(page["startTime"]) for page in pages]
    assert starts[1] - starts[0] == pytest.approx(1000 * HOUR, abs=HOUR)


def test_the_open_candle_is_told_by_the_exchanges_clock(binance: Binance) -> None:
    candles = exchange(binance).fetch_candles("BTC", count=10)

    assert candles.end == utc(LAST_CLOSED + HOUR)
    assert candles.as_of == utc(NOW)
    binance.now = LAST_CLOSED + 2 * HOUR
    assert exchange(binance).fetch_candles("BTC", count=10).end == utc(binance.now), "closed to the millisecond"


def test_since_and_until_bound_the_window(binance: Binance) -> None:
    since, until = utc(LAST_CLOSED - 50 * HOUR), utc(LAST_CLOSED - 20 * HOUR)

    candles = exchange(binance).fetch_candles("BTC", since=since, until=until)

    assert (candles.start, candles.end, len(candles)) == (since, until, 30)


def test_an_hour_of_markets_is_asked_for_once(binance: Binance) -> None:
    for _ in range(3):
        exchange(binance).fetch_candles("BTC", count=5)

    assert binance.asked("exchangeInfo") == [{"symbol": "BTCUSDT"}]


def test_gaps_stay_gaps(binance: Binance) -> None:
    del binance.rows[-40:-33]

    candles = exchange(binance).fetch_candles("BTC", count=100)

    (gap,) = candles.gaps
    assert gap.missing == 7
    assert gap.end - gap.start == timedelta(hours=7)
    assert len(candles) == 93


def test_duplicates_are_dropped_and_the_newest_stays(binance: Binance) -> None:
    again = list(binance.rows[-5])
    again[4] = again[2]
    binance.rows.insert(-4, again)
    binance.rows.insert(-20, list(binance.rows[-20]))

    candles = exchange(binance).fetch_candles("BTC", count=100)

    assert (len(candles), candles.duplicates) == (100, 2)
    assert candles.close[candles.time.astype(np.int64) == again[0]] == float(again[2])


@pytest.mark.parametrize(
    ("column", "value"),
    [
        (1, "NaN"),
        (4, "0"),
        (3, "-1"),
        (2, "1.0"),
        (4, "Infinity"),
        (4, None),
        (5, "-3"),
        (5, "Infinity"),
        (0, LAST_CLOSED - 5 * HOUR + 7),
    ],
    ids=[
        "nan",
        "zero",
        "negative",
        "high below low",
        "infinite",
        "missing",
        "negative volume",
        "infinite volume",
        "off the grid",
    ],
)
def test_bad_ticks_are_dropped_and_counted(binance: Binance, column: int, value: Any) -> None:
    binance.rows[-7][column] = value

    candles = exchange(binance).fetch_candles("BTC", count=50)

    assert (len(candles), candles.bad_ticks) == (49, 1)
    assert [gap.missing for gap in candles.gaps] == [1]


def test_the_digest_tells_candles_apart(binance: Binance) -> None:
    first, again = (exchange(binance).fetch_candles("BTC", count=50) for _ in range(2))
    binance.rows[-10][5] = "99"
    other = exchange(binance).fetch_candles("BTC", count=50)

    assert first.digest == again.digest != other.digest


def test_a_limit_is_waited_out_as_long_as_the_exchange_asks(binance: Binance) -> None:
    binance.troubles.append(
        Trouble(429, {"Retry-After": "1"}, '{"code":-1003,"msg":"Too many requests."}', path="klines")
    )
    began = time.monotonic()

    assert len(exchange(binance).fetch_candles("BTC", count=10)) == 10
    assert time.monotonic() - began >= 1


def test_a_long_ban_is_not_waited_for(binance: Binance) -> None:
    binance.troubles.append(Trouble(418, {"Retry-After": "1800"}))
    began = time.monotonic()

    with pytest.raises(ExchangeUnavailable, match="asks to wait 1800 s"):
        exchange(binance).fetch_candles("BTC", count=10)
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(("status", "reason"), [(418, "banned"), (403, "firewall"), (451, "country"), (401, "API key")])
def test_some_refusals_are_final(binance: Binance, status: int, reason: str) -> None:
    binance.troubles.extend([Trouble(status)] * 4)

    with pytest.raises(ExchangeUnavailable, match=reason):
        exchange(binance).fetch_candles("BTC", count=10)
    assert len(binance.requests) == 1


def test_passing_errors_are_retried(binance: Binance) -> None:
    binance.troubles.extend([Trouble(503, body="<html>busy</html>"), Trouble(502), Trouble(500, path="klines")])

    assert len(exchange(binance).fetch_candles("BTC", count=10)) == 10


def test_lasting_errors_end_after_some_attempts(binance: Binance) -> None:
    binance.troubles.extend([Trouble(503)] * 20)

    with pytest.raises(ExchangeUnavailable, match=r"gave up after 3 attempts \(HTTP 503\)"):
        exchange(binance, attempts=3).fetch_candles("BTC", count=10)
    assert len(binance.requests) == 3


def test_an_exchange_that_does_not_answer_in_time(binance: Binance) -> None:
    binance.troubles.append(Trouble(delay=1.5))

    with pytest.raises(ExchangeUnavailable, match="RequestTimeout"):
        exchange(binance, timeout=0.3, **FIRST_TRY).fetch_candles("BTC", count=10)


@pytest.mark.parametrize(
    "body", ["<html>Please log in</html>", "[]", '{"serverTime": "soon"}', "null", '{"symbols": 3}']
)
def test_something_other_than_an_exchange_answers(binance: Binance, body: str) -> None:
    binance.troubles.extend([Trouble(body=body)] * 8)

    with pytest.raises(MarketDataError):
        exchange(binance, **FIRST_TRY).fetch_candles("BTC", count=10)


def test_an_unknown_pair_is_named(binance: Binance) -> None:
    with pytest.raises(UnknownSymbol, match="no spot market NOPE/USDT"):
        exchange(binance).fetch_candles("NOPE")


def test_an_exchange_whose_markets_come_as_one_list(binance: Binance) -> None:
    other = exchange(binance, name="binanceus")

    assert len(other.fetch_candles("ETH", count=10)) == 10
    with pytest.raises(UnknownSymbol, match="ETH is traded there in USDT"):
        other.fetch_candles("ETH", quote="EUR")
    with pytest.raises(UnknownSymbol, match="Did you mean"):
        other.fetch_candles("BTCC")


def test_an_unknown_exchange_gets_suggestions() -> None:
    with pytest.raises(UnknownExchange, match="did you mean binance"):
        Exchange(name="binanse").fetch_candles("BTC")


def test_a_timeframe_the_exchange_lacks() -> None:
    with pytest.raises(UnsupportedTimeframe, match="Kraken has no 3m candles: it offers 1m, 5m"):
        Exchange(name="kraken").fetch_candles("BTC", timeframe="3m")
    with pytest.raises(UnsupportedTimeframe, match="choose one of 1m"):
        Exchange().fetch_candles("BTC", timeframe="7w")


def test_a_window_without_candles(binance: Binance) -> None:
    binance.rows.clear()

    with pytest.raises(NoCandles, match="no closed 1h candle of BTC/USDT"):
        exchange(binance).fetch_candles("BTC", count=10)


def test_no_network_is_found_out_fast_and_remembered() -> None:
    port = free_port()
    away = Exchange(base_url=f"http://127.0.0.1:{port}")
    began = time.monotonic()
    with pytest.raises(NetworkAway, match=r"no connection to 127\.0\.0\.1"):
        away.fetch_candles("BTC")
    assert time.monotonic() - began < 3

    with Binance(candle_rows(60)) as server, socket.create_server(("127.0.0.1", port)):
        with pytest.raises(NetworkAway):  # something listens there now, but the verdict holds for a while
            away.fetch_candles("BTC")
        assert len(exchange(server).fetch_candles("BTC", count=10)) == 10, "another host is not affected"
    forget_verdicts()


def test_a_host_that_swallows_packets_costs_three_seconds_at_most() -> None:
    began = time.monotonic()
    with pytest.raises(NetworkAway):
        Exchange(base_url="http://192.0.2.1").fetch_candles("BTC")  # a documentation address: nobody is there
    assert time.monotonic() - began < 3.5


def test_where_a_country_is_refused_the_official_second_address_is_tried(binance: Binance) -> None:
    with Binance(candle_rows(10)) as refusing:
        connection = Connection("binance", base_url=refusing.url)
        connection.mirror = binance.url
        refusing.troubles.extend([Trouble(451)] * 9)

        assert exchange_time(connection) == utc(NOW)
        assert connection.address == binance.url
        assert len(refusing.requests) == 1


def test_check_passes_or_tells_what_is_wrong(binance: Binance) -> None:
    with pytest.raises(MarketDataError, match="clock"):
        exchange(binance).check()
    binance.now = int(time.time() * 1000)
    exchange(binance).check()


def test_secrets_stay_secret(binance: Binance) -> None:
    binance.troubles.extend([Trouble(401, body='{"code":-2015,"msg":"Invalid API-key"}')] * 4)
    keyed = exchange(binance, api_key="public-id", api_secret="very-hidden", **FIRST_TRY)

    with pytest.raises(ExchangeUnavailable) as caught:
        keyed.fetch_candles("BTC")
    assert "very-hidden" not in repr(keyed) + str(caught.value) + repr(caught.value)
    assert "public-id" not in repr(keyed) + str(caught.value)
