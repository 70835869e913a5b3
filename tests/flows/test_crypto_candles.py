"""ingest_candles from end to end: a Binance on loopback, the warehouse, the run's page."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError
from sqlalchemy import func, select

from blocks.asset_store import AssetStore
from blocks.candle_store import CandleSeries, CandleStore
from blocks.exchange import Exchange
from blocks.saved_block import forget_remembered_blocks
from blocks.warehouse import Warehouse
from blocks.warehouse.tables import candles
from flows.crypto.candles import CandleIngestion, CandleIngestionRequest, ingest_candles
from flows.crypto.prediction import predict_price
from tasks.crypto.ingest import NothingIngested
from tasks.run import asset_path
from tests.blocks.binance import HOUR, NOW, Binance, Trouble, candle_rows
from tests.conftest import free_port
from tests.flows.test_crypto import artifacts, use_exchange

pytestmark = pytest.mark.crypto

NEWEST = datetime.fromtimestamp(NOW // HOUR * HOUR / 1000, UTC)
TWO = {"symbols": ["BTC", "eth"], "days": 20}


@pytest.fixture
def binance(prefect_api: str) -> Iterator[Binance]:
    with Binance(candle_rows(2600)) as server:
        use_exchange(server.url)
        yield server
    Exchange.delete("default")
    forget_remembered_blocks()


def stored() -> int:
    return int(Warehouse.default().read(select(func.count().label("rows")).select_from(candles))[0]["rows"])


def test_candles_come_into_the_warehouse_once(binance: Binance) -> None:
    first = ingest_candles(TWO)
    binance.now += 2 * HOUR
    again = ingest_candles(TWO)

    assert isinstance(first, CandleIngestion)
    assert [(outcome.symbol, outcome.state, outcome.new) for outcome in first.series] == [
        ("BTC", "updated", 20 * 24),
        ("ETH", "updated", 20 * 24),
    ]
    assert [(outcome.new, outcome.revised) for outcome in again.series] == [(1, 0), (1, 0)], "the server's rows end"
    assert (first.new, first.refused, first.warnings, first.data_source) == (960, 0, [], "binance")
    assert stored() == 962
    assert [rows.count for rows in first.rows] == [960]
    assert first.series[0].stored_until == NEWEST
    assert all(int(query["limit"]) <= 4 for query in binance.asked("klines")[2:])
    assert CandleIngestion.model_validate_json(first.model_dump_json()) == first


def test_the_runs_page_shows_how_far_it_is_and_each_series(binance: Binance) -> None:
    result = ingest_candles(TWO)

    made = artifacts(result.run_id)
    table = json.loads(made["ingested-candles"].data)
    assert [(line["series"], line["state"], line["new"]) for line in table] == [
        ("BTC/USDT 1h", "updated", 480),
        ("ETH/USDT 1h", "updated", 480),
    ]
    assert float(made["ingestion-progress"].data) == 100
    (asset,) = result.assets
    assert asset.name == "ingestion.json"
    with AssetStore.default().open(asset_path(asset.name, result.run_id)) as stream:
        assert [line["symbol"] for line in json.loads(stream.read())] == ["BTC", "ETH"]


def test_one_symbol_that_fails_hides_no_other(binance: Binance) -> None:
    result = ingest_candles({"symbols": ["NOPE", "BTC"], "days": 2})

    nope, btc = result.series
    assert (nope.state, btc.state, result.refused, btc.new) == ("refused", "updated", 1, 48)
    assert nope.reason is not None
    assert "no spot market NOPE/USDT" in nope.reason
    assert any("NOPE/USDT 1h was refused" in warning for warning in result.warnings)


def test_gaps_and_bad_ticks_are_told(binance: Binance) -> None:
    binance.rows[-10][4] = "-1"
    del binance.rows[-30:-25]

    result = ingest_candles({"symbols": ["BTC"], "days": 3})
    (btc,) = result.series
    assert (btc.new, btc.missing, btc.bad_ticks) == (72 - 6, 6, 1)
    assert any("lacks 6 candles" in warning for warning in result.warnings)
    asked = len(binance.asked("klines"))
    assert ingest_candles({"symbols": ["BTC"], "days": 3}).series[0].state == "unchanged"
    assert len(binance.asked("klines")) == asked, "a hole is not asked for again"


def test_several_timeframes_are_series_of_their_own(binance: Binance) -> None:
    result = ingest_candles({"symbols": ["BTC"], "timeframes": ["1h", "3m", "1h"], "days": 1})

    assert [outcome.timeframe for outcome in result.series] == ["1h", "3m"]


def test_nothing_at_all_is_a_failure_that_says_why(binance: Binance) -> None:
    binance.troubles.extend([Trouble(503)] * 20)
    with pytest.raises(NothingIngested, match=r"None of 2 series could be brought up to date. BTC 1h: .*HTTP 503"):
        ingest_candles(TWO)
    assert stored() == 0


def test_no_network_is_a_failure_that_says_so(prefect_api: str) -> None:
    use_exchange(f"http://127.0.0.1:{free_port()}")
    try:
        with pytest.raises(NothingIngested, match="no connection to 127"):
            ingest_candles(TWO)
    finally:
        Exchange.delete("default")
        forget_remembered_blocks()


def test_a_prediction_then_asks_the_exchange_for_no_candle(binance: Binance) -> None:
    ingest_candles({"symbols": ["BTC"]})
    asked = len(binance.asked("klines"))

    prediction = predict_price({"symbol": "BTC", "prediction_horizon": 3})
    assert prediction.data_source == "binance"
    assert prediction.issued_at == NEWEST
    kept = CandleStore.default().read(CandleSeries("binance", "BTC", "USDT", "1h"), NEWEST - timedelta(hours=5))
    assert kept.close.tolist()[-1] == prediction.last_close
    assert len(binance.asked("klines")) == asked


@pytest.mark.parametrize(
    ("request_", "told"),
    [
        ({"symbols": []}, "at least 1"),
        ({"symbols": ["BTC/USDT"]}, "pattern"),
        ({"timeframes": ["7w"]}, "1m"),
        ({"days": 0}, "greater than or equal to 1"),
        ({"symbols": [f"C{n}" for n in range(50)], "timeframes": ["1m"], "days": 365}, "at most 5,000,000 in one run"),
        ({"unknown": 1}, "Extra inputs"),
    ],
)
def test_requests_that_cannot_be_are_refused(request_: dict[str, object], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        CandleIngestionRequest.model_validate(request_)


def test_the_defaults_are_the_five_coins() -> None:
    request = CandleIngestionRequest()
    assert (request.symbols, request.timeframes, request.exchange) == (
        ("BTC", "ETH", "SOL", "BNB", "XRP"),
        ("1h",),
        "binance",
    )
