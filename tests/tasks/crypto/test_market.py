"""Candles of a run: fetched once, kept, read back bit by bit."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from prefect import flow

from blocks.exchange import Candles, Exchange, NetworkAway
from blocks.saved_block import forget_remembered_blocks
from tasks.crypto.forecast import forecast_price
from tasks.crypto.market import Market, fetch_candles
from tasks.crypto.publish import publish_files, publish_rows
from tests.blocks.binance import HOUR, Binance, candle_rows
from tests.conftest import free_port

pytestmark = pytest.mark.crypto

ASKED: dict[str, Any] = {"quote": "USDT", "timeframe": "1h", "exchange": "binance", "count": 300}


@pytest.fixture
def binance(prefect_api: str) -> Iterator[Binance]:
    with Binance(candle_rows(400)) as server:
        Exchange(base_url=server.url, attempts=1).save("default", overwrite=True)
        forget_remembered_blocks()
        yield server
    Exchange.delete("default")
    forget_remembered_blocks()


def same(one: Candles, other: Candles) -> bool:
    return one.digest == other.digest and (one.as_of, one.duplicates, one.bad_ticks) == (
        other.as_of,
        other.duplicates,
        other.bad_ticks,
    )


def test_a_run_that_is_repeated_sees_the_same_candles_and_leaves_the_same_things(binance: Binance) -> None:
    binance.rows[-9][4] = "NaN"
    binance.rows[-20][5] = "0.1"

    @flow(name="twice")
    def twice() -> list[Any]:
        found = []
        for _ in range(2):
            market = fetch_candles("BTC", **ASKED)
            outlook = forecast_price(market, 6)
            found.append((market, publish_files(market, outlook), publish_rows(market, outlook)))
            binance.rows = candle_rows(400, seed=99)  # the market moves on
        return found

    (first, first_files, first_rows), (again, files, rows) = twice()

    assert same(first.candles, again.candles)
    assert first.data_source == again.data_source == "binance"
    assert [file.sha256 for file in first_files] == [file.sha256 for file in files]
    assert first_rows == rows
    assert len(binance.asked("klines")) == 1


def test_another_run_sees_the_market_anew(binance: Binance) -> None:
    run = flow(name="once")(lambda: fetch_candles("BTC", **ASKED))
    first = run()
    binance.now += HOUR
    second = run()

    assert second.candles.end - first.candles.end == first.candles.step
    assert second.data_source == "binance"
    assert [query["limit"] for query in binance.asked("klines")] == ["301", "3"], "the second run asks for what is new"


def test_a_history_that_was_rewritten_is_noticed(binance: Binance) -> None:
    run = flow(name="once")(lambda: fetch_candles("BTC", **ASKED))
    first = run()
    binance.rows = candle_rows(400, seed=99)
    binance.now += HOUR

    again = run()
    assert not set(first.candles.close.tolist()) & set(again.candles.close.tolist())


def test_without_the_warehouse_the_exchange_is_asked_for_all(binance: Binance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAREHOUSE_URL", f"postgresql://nobody@127.0.0.1:{free_port()}/nothing")
    forget_remembered_blocks()
    run = flow(name="once")(lambda: fetch_candles("BTC", **ASKED))

    for _ in range(2):
        assert len(run().candles) == 300
    assert len(binance.asked("klines")) == 2


def test_missing_volume_survives_the_way_through_the_store(binance: Binance) -> None:
    binance.rows[-9][5] = None

    @flow(name="twice")
    def twice() -> list[Market]:
        return [fetch_candles("BTC", **ASKED) for _ in range(2)]

    first, again = twice()
    assert np.isnan(first.candles.volume).sum() == np.isnan(again.candles.volume).sum() == 1
    assert same(first.candles, again.candles)


def test_nothing_is_kept_of_candles_that_could_not_be_had(prefect_api: str, isolated_data_dir: Any) -> None:
    Exchange(base_url=f"http://127.0.0.1:{free_port()}").save("default", overwrite=True)
    forget_remembered_blocks()

    with pytest.raises(NetworkAway):
        flow(name="once")(lambda: fetch_candles("ETH", **ASKED))()
    assert not list(isolated_data_dir.rglob("candles.json"))
    Exchange.delete("default")
    forget_remembered_blocks()
