"""predict_prices from end to end: many coins of a file or a Binance on loopback, parquet, rows and table."""

import json
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pandas as pd
import pytest
from pydantic import ValidationError

from blocks.asset_store import AssetStore
from blocks.exchange import Exchange, ExchangeUnavailable, MarketDataError
from blocks.saved_block import forget_remembered_blocks
from blocks.warehouse import Warehouse
from blocks.warehouse.tables import price_forecasts
from flows.crypto.batch import PriceBatch, PriceBatchRequest, predict_prices
from flows.crypto.prediction import predict_price
from models.forecasting import LEVELS, ForecastingError
from tests.blocks.binance import Binance, Trouble, candle_rows
from tests.flows.test_crypto import artifacts, use_exchange
from tests.tasks.crypto.candle_files import candle_frame, parquet

pytestmark = pytest.mark.crypto


def upload(frame: pd.DataFrame) -> str:
    return AssetStore.default().put("uploads/1/candles.parquet", parquet(frame), "application/octet-stream").uri


@pytest.fixture
def binance(prefect_api: str) -> Iterator[Binance]:
    with Binance(candle_rows(2200)) as server:
        use_exchange(server.url)
        yield server
    Exchange.delete("default")
    forget_remembered_blocks()


def test_every_coin_of_a_file_is_forecast(prefect_api: str) -> None:
    frame = pd.concat([
        candle_frame(("BTC", "ETH", "SOL"), 900),
        candle_frame(("FLAT",), 900).assign(open=1.0, high=1.0, low=1.0, close=1.0),
        candle_frame(("NEW",), 50),
    ])  # fmt: skip

    batch = predict_prices({"candles_uri": upload(frame), "prediction_horizon": 6})

    assert isinstance(batch, PriceBatch)
    assert [one.symbol for one in batch.forecasts] == ["BTC", "ETH", "SOL"]
    assert {one.symbol: one.reason[:20] for one in batch.left_out} == {
        "FLAT": "The price stood at 1",
        "NEW": "50 known prices are ",
    }
    assert any(warning.startswith("2 coins have no forecast") for warning in batch.warnings)
    closes = frame.groupby("symbol")["close"].last()
    for one in batch.forecasts:
        assert one.last_close == closes[one.symbol]
        assert one.lower_95 < one.lower_80 < one.median < one.upper_80 < one.upper_95
        assert (one.fallback is None) == (one.model == batch.facts.name)
    (asset,) = batch.assets
    with AssetStore.default().open(asset.uri) as stream:
        table = pd.read_parquet(BytesIO(stream.read()))
    assert len(table) == 3 * 6
    assert [name for name in table.columns if name.startswith("q")] == [f"q{level:g}" for level in LEVELS]
    last = table[table["step"] == 6].set_index("symbol")
    assert last["q0.9"].to_dict() == {one.symbol: one.upper_80 for one in batch.forecasts}
    rows = Warehouse.default().read(price_forecasts)
    assert len(rows) == 18 == batch.rows[0].count
    assert {row["symbol"] for row in rows} == {"BTC", "ETH", "SOL"}
    assert all(len(row["quantiles"]) == len(row["random_walk_quantiles"]) == 11 for row in rows)
    made = artifacts(batch.run_id)
    assert [row["coin"] for row in json.loads(made["price-forecasts"].data)] == ["BTC", "ETH", "SOL"]
    assert "FLAT: The price stood" in made["price-batch-summary"].data
    assert PriceBatch.model_validate_json(batch.model_dump_json()) == batch


def test_coins_of_an_exchange_are_forecast_as_single_ones_are(binance: Binance) -> None:
    batch = predict_prices({"symbols": ["btc", "NOPE", "BTC"], "model": "random-walk"})

    (one,) = batch.forecasts
    assert [left.symbol for left in batch.left_out] == ["NOPE"]
    single = predict_price({"symbol": "BTC", "model": "random-walk"})
    assert (one.last_close, one.issued_at) == (single.last_close, single.issued_at)
    if one.model == single.model:  # skill is measured on fewer past forecasts in a batch
        assert one.upper_80 == single.forecast[-1].upper_80


def test_nothing_to_forecast_is_an_error(binance: Binance) -> None:
    with pytest.raises(MarketDataError, match=r"None of the coins has candles\. NOPE: Binance has no spot market"):
        predict_prices({"symbols": ["NOPE"]})
    with pytest.raises(ForecastingError, match=r"No coin can be forecast\. NEW: 50 known prices"):
        predict_prices({"candles_uri": upload(candle_frame(("NEW",), 50))})
    binance.troubles.extend([Trouble(503)] * 20)
    with pytest.raises(ExchangeUnavailable):
        predict_prices({"symbols": ["ETH"]})


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"symbols": ["BTC"], "candles_uri": "asset://uploads/1/a.csv"},
        {"symbols": [f"C{number}" for number in range(1001)]},
        {"symbols": ["../etc"]},
        {"symbols": ["BTC"], "prediction_horizon": 169},
        {"symbols": ["BTC"], "model": "oracle"},
        {"symbols": ["BTC"], "surprise": 1},
    ],
    ids=lambda body: str(body)[:40],
)
def test_bad_requests_are_refused(body: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        PriceBatchRequest.model_validate(body)
