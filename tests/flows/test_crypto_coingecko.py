"""predict_price and ingest_candles with CoinGecko in place of an exchange, on loopback."""

from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from blocks.coingecko import ATTRIBUTION, CoinGecko
from blocks.exchange import UnsupportedTimeframe
from blocks.saved_block import forget_remembered_blocks
from flows.crypto.candles import ingest_candles
from flows.crypto.prediction import predict_price
from tests.blocks.gecko import Gecko
from tests.flows.test_crypto import artifacts

pytestmark = pytest.mark.crypto

ASKED = {"symbol": "BTC", "exchange": "coingecko", "prediction_horizon": 3}


@pytest.fixture
def gecko(prefect_api: str) -> Iterator[Gecko]:
    with Gecko() as server:
        block = CoinGecko(base_url=f"{server.url}/api/v3", api_key=SecretStr("paid"), plan="pro", patience=1)
        block.save("default", overwrite=True)
        forget_remembered_blocks()
        yield server
    CoinGecko.delete("default")
    forget_remembered_blocks()


def test_a_forecast_says_whose_data_it_is(gecko: Gecko) -> None:
    prediction = predict_price({**ASKED, "timeframe": "1h"})

    assert prediction.data_source == f"coingecko: {ATTRIBUTION}"
    assert prediction.quote == "USD"
    assert "Prices are in USD; USDT was asked for." in prediction.warnings
    assert len(prediction.forecast) == 3
    assert prediction.provenance.data_source == prediction.data_source
    assert all("Data provided by CoinGecko" in made.description for made in artifacts(prediction.run_id).values())


def test_a_second_forecast_costs_no_call(gecko: Gecko) -> None:
    for _ in range(2):
        predict_price({**ASKED, "timeframe": "1h"})
    assert len(gecko.asked("ohlc")) == 1


def test_a_timeframe_that_it_lacks_is_refused(gecko: Gecko) -> None:
    with pytest.raises(UnsupportedTimeframe, match="CoinGecko has no 15m candles: it offers 30m"):
        predict_price({**ASKED, "timeframe": "15m"})


def test_its_candles_are_ingested(gecko: Gecko) -> None:
    result = ingest_candles({"symbols": ["BTC", "ETH", "NOPE"], "timeframes": ["4h"], "exchange": "coingecko"})

    assert [outcome.state for outcome in result.series] == ["updated", "updated", "refused"]
    assert result.series[0].new >= 179
    assert result.data_source == f"coingecko: {ATTRIBUTION}"
    assert any("Prices are in USD" in warning for warning in result.warnings)
