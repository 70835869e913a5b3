"""What goes wrong at an exchange beside what `test_exchange` has: bans, maintenance, clocks, pages cut short."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from blocks.exchange import Exchange, ExchangeUnavailable
from blocks.exchange.connection import Connection
from tests.blocks.binance import HOUR, NOW, Binance, Trouble, candle_rows

pytestmark = [pytest.mark.blocks, pytest.mark.crypto]


@pytest.fixture
def binance() -> Iterator[Binance]:
    with Binance(candle_rows(2600)) as server:
        yield server


def exchange(server: Binance, **settings: Any) -> Exchange:
    return Exchange(base_url=server.url, **{"timeout": 3.0, "patience": 3.0, **settings})


def test_a_ban_is_kept_to_by_later_calls(binance: Binance) -> None:
    binance.troubles.append(Trouble(418, {"Retry-After": "1800"}))
    for match in ("asks to wait 1800 s", r"HTTP 418, it asked to wait 1800 s; \d+ s of that are left"):
        with pytest.raises(ExchangeUnavailable, match=match):
            exchange(binance).fetch_candles("BTC", count=10)

    assert len(binance.requests) == 1, "asking during a ban makes it longer"


def test_a_ban_whose_end_stands_in_the_text_is_kept_to(binance: Binance) -> None:
    end = int(time.time() * 1000) + 600_000
    text = f'{{"code":-1003,"msg":"Way too much request weight used; IP banned until {end}. Please use websocket."}}'
    binance.troubles.append(Trouble(418, body=text))
    for match in (r"asks to wait (600|599) s", "s of that are left"):
        with pytest.raises(ExchangeUnavailable, match=match):
            exchange(binance).fetch_candles("BTC", count=10)

    assert len(binance.requests) == 1


def test_a_short_ban_is_waited_out(binance: Binance) -> None:
    binance.troubles.append(Trouble(418, {"Retry-After": "1"}, path="klines"))

    assert len(exchange(binance).fetch_candles("BTC", count=10)) == 10


def test_a_long_limit_is_kept_to_and_ends(binance: Binance) -> None:
    binance.troubles.append(Trouble(429, {"Retry-After": "1"}))
    impatient = exchange(binance, patience=0.5)
    for match in ("asks to wait 1 s", "of that are left"):
        with pytest.raises(ExchangeUnavailable, match=match):
            impatient.fetch_candles("BTC", count=10)
    deadline = time.monotonic() + 5
    while True:
        try:
            assert len(impatient.fetch_candles("BTC", count=10)) == 10
            break
        except ExchangeUnavailable:
            assert time.monotonic() < deadline


def test_maintenance_is_told_at_once(binance: Binance) -> None:
    binance.troubles.append(Trouble(503, body='{"code":1,"msg":"System is under maintenance."}'))

    with pytest.raises(ExchangeUnavailable, match="it is in maintenance"):
        exchange(binance).fetch_candles("BTC", count=10)
    assert len(binance.requests) == 1


@pytest.mark.parametrize("body", ['{"code":-1000,"msg":"An unknown error occured"}', '{"code":-1001,"msg":"Internal"}'])
def test_errors_of_the_server_are_retried_whatever_their_code(binance: Binance, body: str) -> None:
    binance.troubles.append(Trouble(500, body=body, path="klines"))

    assert len(exchange(binance).fetch_candles("BTC", count=10)) == 10


def test_a_request_that_is_wrong_is_sent_once(binance: Binance) -> None:
    binance.troubles.extend([Trouble(400, body='{"code":-1120,"msg":"Invalid interval."}', path="klines")] * 3)

    with pytest.raises(ExchangeUnavailable, match="Invalid interval"):
        exchange(binance).fetch_candles("BTC", count=10)
    assert len(binance.asked("klines")) == 1


def test_pages_that_are_cut_short_are_gone_on_from(binance: Binance) -> None:
    binance.page = 70

    candles = exchange(binance).fetch_candles("BTC", count=300)

    assert (len(candles), candles.gaps) == (300, ())
    assert len(binance.asked("klines")) == 5


def test_a_line_that_breaks_in_the_middle_of_an_answer(binance: Binance) -> None:
    binance.troubles.append(Trouble(headers={"Content-Length": "100000"}, body="[[1718", path="klines"))

    assert len(exchange(binance).fetch_candles("BTC", count=10)) == 10


def test_a_clock_that_is_told_is_not_asked_for_again(binance: Binance) -> None:
    source = exchange(binance)
    now = source.time()
    candles = source.fetch_candles("BTC", count=10, as_of=now)

    assert candles.as_of == now
    assert candles.end.timestamp() * 1000 == NOW // HOUR * HOUR
    assert len(binance.asked("time")) == 1


def test_what_is_signed_carries_the_exchanges_time(binance: Binance) -> None:
    connection = Connection("binance", base_url=binance.url, credentials={"apiKey": "key", "secret": "hidden"})
    connection.client.load_markets()
    connection.client.private_get_account()

    (signed,) = binance.asked("account")
    assert abs(int(signed["timestamp"]) - NOW) < 60_000, "this machine's clock is years ahead of that exchange's"
    assert "hidden" not in str(binance.requests)
