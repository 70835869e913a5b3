"""CoinGecko's official client against a server on loopback in its wire format: candles, budget, cache, attribution."""

import json
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from blocks.candle_store import CandleSeries, CandleStore, candle_source, fetch_incrementally
from blocks.coingecko import ATTRIBUTION, BudgetSpent, CoinGecko
from blocks.exchange import (
    ExchangeUnavailable,
    MarketDataError,
    NetworkAway,
    NoCandles,
    UnknownSymbol,
    UnsupportedTimeframe,
)
from blocks.saved_block import forget_remembered_blocks
from blocks.warehouse import Warehouse
from tests.blocks.binance import Trouble
from tests.blocks.gecko import Gecko, ohlc
from tests.conftest import free_port

pytestmark = [pytest.mark.blocks, pytest.mark.crypto]


@pytest.fixture
def gecko() -> Iterator[Gecko]:
    with Gecko() as server:
        yield server


def coingecko(server: Gecko, **settings: Any) -> CoinGecko:
    return CoinGecko(base_url=f"{server.url}/api/v3", **{"timeout": 3.0, "patience": 1.0, "attempts": 2, **settings})


def later(file: Path, seconds: float) -> None:
    """All that the ledger holds happened so much earlier."""
    with sqlite3.connect(file / "coingecko.db") as ledger:
        ledger.execute("UPDATE calls SET at = at - ?", (seconds,))
        ledger.execute("UPDATE pauses SET until = until - ?", (seconds,))
        ledger.execute("UPDATE answers SET expires = expires - ?", (seconds,))


def test_candles_open_a_length_before_the_time_that_is_told(gecko: Gecko) -> None:
    candles = coingecko(gecko).fetch_candles("BTC", quote="USD", timeframe="4h", count=100)

    told = [row for row in ohlc("30", None, gecko.now) if row[0] % (240 * 60_000) == 0][-100:]
    assert candles.time.astype(np.int64).tolist() == [row[0] - 240 * 60_000 for row in told]
    assert candles.close.tolist() == [row[4] for row in told]
    assert np.isnan(candles.volume).all()
    assert (len(candles), candles.bad_ticks, candles.gaps) == (100, 0, ())
    assert candles.end <= datetime.now(UTC)
    assert (candles.symbol, candles.quote, candles.exchange) == ("BTC", "USD", "coingecko")


def test_of_coins_with_one_symbol_the_greatest_is_meant(gecko: Gecko) -> None:
    coingecko(gecko).fetch_candles("BTC", count=5)

    assert gecko.requests[-1][0] == "/api/v3/coins/bitcoin/ohlc"
    assert gecko.asked("markets")[0]["include_tokens"] == "all"


def test_a_dollar_of_an_exchange_is_the_dollar(gecko: Gecko) -> None:
    source = coingecko(gecko)
    assert source.quoted("USDT") == source.fetch_candles("ETH", quote="USDT", count=3).quote == "USD"
    assert source.fetch_candles("ETH", quote="EUR", count=3).quote == "EUR"
    with pytest.raises(UnknownSymbol, match="no prices in XYZ: ask for USD"):
        source.fetch_candles("BTC", quote="XYZ")


@pytest.mark.parametrize("timeframe", ["1m", "15m", "2h"])
def test_a_timeframe_that_it_lacks_is_refused_before_any_call(gecko: Gecko, timeframe: str) -> None:
    for call in (coingecko(gecko).require, lambda name: coingecko(gecko).fetch_candles("BTC", timeframe=name)):
        with pytest.raises(
            UnsupportedTimeframe, match=r"offers 30m \(1 days\), 4h \(30 days\); a paid key adds 1h and"
        ):
            call(timeframe)
    assert gecko.requests == []


def test_a_paid_plan_has_hours_and_days(gecko: Gecko) -> None:
    with pytest.raises(UnsupportedTimeframe, match="CoinGecko has no 1h candles"):
        coingecko(gecko).fetch_candles("BTC", timeframe="1h")
    pro = coingecko(gecko, api_key="paid-key", plan="pro")

    assert len(pro.fetch_candles("BTC", timeframe="1h", count=2000)) == 2000
    assert len(pro.fetch_candles("BTC", timeframe="1d", count=100)) == 100
    assert [query["interval"] for query in gecko.asked("ohlc")] == ["hourly", "daily"]
    assert {headers.get("x-cg-pro-api-key") for headers in gecko.headers} == {"paid-key"}


def test_the_key_goes_where_its_plan_says_and_nowhere_else(gecko: Gecko, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COINGECKO_PRO_API_KEY", "of-somebody-else")
    keyed = coingecko(gecko, api_key="very-hidden")
    keyed.check()

    assert gecko.headers[-1]["x-cg-demo-api-key"] == "very-hidden"
    assert "x-cg-pro-api-key" not in gecko.headers[-1]
    gecko.troubles.append(Trouble(401, body='{"status":{"error_code":10002,"error_message":"API Key Missing"}}'))
    with pytest.raises(MarketDataError, match=r"does not accept the API key.*API Key Missing") as caught:
        keyed.fetch_candles("BTC")
    assert "very-hidden" not in repr(keyed) + str(caught.value) + str(gecko.requests)
    assert len(gecko.requests) == 2, "a key that is wrong stays wrong"


def test_answers_are_kept_as_long_as_they_are_good(gecko: Gecko, isolated_data_dir: Path) -> None:
    for _ in range(3):
        coingecko(gecko).fetch_candles("BTC", timeframe="30m", count=10)
    assert (len(gecko.requests), len(gecko.asked("ohlc"))) == (3, 1)
    later(isolated_data_dir, 299)
    coingecko(gecko).fetch_candles("BTC", timeframe="30m", count=20)
    assert len(gecko.asked("ohlc")) == 1
    later(isolated_data_dir, 2)
    coingecko(gecko).fetch_candles("BTC", timeframe="30m", count=20)
    assert (len(gecko.requests), len(gecko.asked("ohlc"))) == (4, 2), "which coin it is stays known"


def test_a_call_too_many_in_a_minute_is_refused_before_it_is_made(gecko: Gecko, isolated_data_dir: Path) -> None:
    frugal = coingecko(gecko, calls_a_minute=4)
    frugal.fetch_candles("BTC")
    frugal.check()
    with pytest.raises(BudgetSpent, match=r"free in (60|59|58) s \(at most 4 a minute\)"):
        frugal.fetch_candles("ETH")
    assert len(gecko.requests) == 4
    later(isolated_data_dir, 61)
    frugal.fetch_candles("ETH")
    usage = frugal.usage()
    assert (usage.minute, usage.a_minute) == (2, 4)


def test_the_next_free_call_is_waited_for_while_patience_lasts(gecko: Gecko, isolated_data_dir: Path) -> None:
    frugal = coingecko(gecko, calls_a_minute=1, patience=5)
    frugal.check()
    later(isolated_data_dir, 59)
    began = time.monotonic()
    frugal.check()
    assert 0.3 < time.monotonic() - began < 4


def test_a_months_calls_are_not_overdrawn(gecko: Gecko) -> None:
    frugal = coingecko(gecko, calls_a_month=2)
    for match in ("All 2 calls to CoinGecko of this month", "calls_a_month"):
        with pytest.raises(BudgetSpent, match=match):
            frugal.fetch_candles("BTC")
    assert len(gecko.requests) == 2
    assert coingecko(gecko, calls_a_month=3, api_key="other").usage().month == 0, "another account is another's"


def test_processes_and_threads_share_the_budget(gecko: Gecko) -> None:
    def call(number: int) -> bool:
        try:
            coingecko(gecko, calls_a_minute=7, patience=0).tickers([f"S{number}"])
        except BudgetSpent:
            return False
        except UnknownSymbol:
            return True
        return True

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(call, range(8)))
    assert len(gecko.requests) == 7


def test_a_429_counts_and_holds_everyone_back(gecko: Gecko, isolated_data_dir: Path) -> None:
    gecko.troubles.append(Trouble(429, {"Retry-After": "30"}, '{"status":{"error_code":429}}'))
    with pytest.raises(BudgetSpent, match=r"free in (30|29) s"):
        coingecko(gecko).check()
    with pytest.raises(BudgetSpent):
        coingecko(gecko).fetch_candles("BTC")
    assert len(gecko.requests) == coingecko(gecko).usage().month == 1
    later(isolated_data_dir, 31)
    coingecko(gecko).check()


def test_a_short_limit_is_waited_out(gecko: Gecko) -> None:
    gecko.troubles.append(Trouble(429, {"Retry-After": "1"}))
    coingecko(gecko, patience=5).check()
    assert len(gecko.requests) == 2


@pytest.mark.parametrize(
    "trouble",
    [Trouble(500), Trouble(503, body="<html>down</html>"), Trouble(delay=1.0), Trouble(body="<html>log in</html>")],
    ids=["500", "503", "timeout", "html"],
)
def test_passing_errors_are_retried_and_each_attempt_counts(gecko: Gecko, trouble: Trouble) -> None:
    gecko.troubles.append(trouble)
    patient = coingecko(gecko, timeout=0.5, patience=5.0)
    patient.check()
    assert patient.usage().month == 2


def test_lasting_errors_end(gecko: Gecko) -> None:
    gecko.troubles.extend([Trouble(503)] * 9)
    with pytest.raises(ExchangeUnavailable, match=r"gave up after 2 attempts \(HTTP 503\)"):
        coingecko(gecko, patience=5).check()
    assert len(gecko.requests) == 2


@pytest.mark.parametrize("body", ["[]", "{}", "3", '[["a"]]', "[[1,2]]", "null", '[{"symbol":"btc"}]'])
def test_answers_of_another_shape_are_refused(gecko: Gecko, body: str) -> None:
    gecko.troubles.extend([Trouble(body=body)] * 9)
    with pytest.raises(MarketDataError):
        coingecko(gecko).fetch_candles("BTC")


def test_bad_rows_are_dropped_and_counted(gecko: Gecko) -> None:
    rows: list[list[Any]] = [list(row) for row in ohlc("30", None, gecko.now)]
    rows[-9][4], rows[-12][1], rows[-15][0] = None, -1.0, None
    gecko.troubles.append(Trouble(body=json.dumps(rows), path="ohlc"))

    candles = coingecko(gecko).fetch_candles("ETH", count=50)
    assert (len(candles), candles.bad_ticks, [gap.missing for gap in candles.gaps]) == (47, 3, [1, 1, 1])


def test_a_redirect_is_not_followed_with_the_key(gecko: Gecko) -> None:
    with Gecko() as elsewhere:
        gecko.troubles.extend([Trouble(302, {"Location": f"{elsewhere.url}/api/v3/ping"})] * 4)
        with pytest.raises(MarketDataError):
            coingecko(gecko, api_key="hidden").check()
        assert elsewhere.requests == []


def test_an_unknown_coin_gets_suggestions(gecko: Gecko) -> None:
    with pytest.raises(UnknownSymbol, match=r"knows no coin BTCC. Did you mean BTC \(Bitcoin\)"):
        coingecko(gecko).fetch_candles("BTCC")


def test_a_window_that_it_no_longer_keeps(gecko: Gecko) -> None:
    end = datetime.now(UTC) - timedelta(days=90)
    with pytest.raises(NoCandles, match="keeps the last 30 days"):
        coingecko(gecko).fetch_candles("BTC", since=end - timedelta(days=1), until=end)


def test_prices_now(gecko: Gecko) -> None:
    assert coingecko(gecko).tickers(["BTC", "ETH"], "USDT") == {"BTC": 60123.45, "ETH": 2999.5}
    assert gecko.asked("price")[0]["ids"] == "bitcoin,ethereum"


def test_no_network(isolated_data_dir: Path) -> None:
    away = CoinGecko(base_url=f"http://127.0.0.1:{free_port()}")
    with pytest.raises(NetworkAway):
        away.check()
    assert away.usage().month == 0, "what was never sent does not count"


def test_the_environments_key_serves_where_no_block_is_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, plan in (("COINGECKO_DEMO_API_KEY", "demo"), ("COINGECKO_PRO_API_KEY", "pro")):
        monkeypatch.setenv(name, "from-outside")
        forget_remembered_blocks()
        found = CoinGecko.default()
        assert (found.plan, found.api_key and found.api_key.get_secret_value()) == (plan, "from-outside")
    forget_remembered_blocks()


def test_it_is_a_source_like_an_exchange_and_its_candles_gather_in_the_store(gecko: Gecko, tmp_path: Path) -> None:
    assert candle_source("coingecko").name == "coingecko"
    assert candle_source("kraken").name == "kraken"
    store = CandleStore(Warehouse(url=f"sqlite:///{tmp_path / 'warehouse.db'}"))
    source = coingecko(gecko)
    assert source.credit == f"coingecko: {ATTRIBUTION}"
    asked = {"quote": "USDT", "timeframe": "30m", "as_of": datetime.fromtimestamp(gecko.now / 1000, UTC)}
    first = fetch_incrementally(source, store, "BTC", count=500, **asked)
    again = fetch_incrementally(source, store, "BTC", count=500, **asked)

    assert (len(first.candles), first.new, first.candles.quote) == (48, 48, "USD")
    assert (again.stored, again.new, again.revised) == (48, 0, 0)
    assert again.candles.digest == first.candles.digest
    (span,) = store.spans(CandleSeries("coingecko", "BTC", "USD", "30m"))
    assert span.since == first.candles.start, "what it no longer keeps is not taken for a hole"
