"""`orchestrate` in plain Python with the capabilities themselves: a Binance on loopback and the shipped detector."""

from collections.abc import Iterator

import pytest
from prefect.client.orchestration import get_client

from blocks.asset_store import AssetStore
from blocks.exchange import Exchange
from blocks.saved_block import forget_remembered_blocks
from blocks.warehouse import Warehouse
from blocks.warehouse.tables import price_forecasts, transaction_verdicts
from flows import PricePrediction, TransactionAnalysis, orchestrate
from flows.orchestration import OrchestrationRequest
from models.fraud.simulator import example_batch
from tests.blocks.binance import Binance, candle_rows

pytestmark = pytest.mark.orchestration


@pytest.fixture
def binance(prefect_api: str) -> Iterator[Binance]:
    """The exchange that this test's forecasts ask."""
    with Binance(candle_rows(2200)) as server:
        Exchange(base_url=server.url, attempts=2, patience=1, timeout=3).save("default", overwrite=True)
        forget_remembered_blocks()
        yield server
    Exchange.delete("default")
    forget_remembered_blocks()


def test_forecasts_and_verdicts_in_one_request(binance: Binance):
    made = orchestrate(
        OrchestrationRequest.model_validate(
            {
                "tasks": [
                    {"id": "coin", "type": "crypto_prediction", "params": {"symbol": "ETH", "prediction_horizon": 3}},
                    {"id": "fraud", "type": "fraud_detection", "params": {"transactions": example_batch(7)}},
                    {
                        "id": "again",
                        "type": "crypto_prediction",
                        "params": {"symbol": {"$from": "/tasks/coin/result/request/symbol"}, "prediction_horizon": 5},
                    },
                    {
                        "id": "unfit",
                        "type": "crypto_prediction",
                        "params": {
                            "symbol": "ETH",
                            "prediction_horizon": {"$from": "/tasks/fraud/result/verdicts/0/decision"},
                        },
                    },
                ]
            }
        )
    )
    coin, fraud, again, unfit = made.tasks
    assert made.outcome == "partial"
    assert [task.state for task in made.tasks] == ["completed", "completed", "completed", "failed"]
    assert unfit.error is not None
    assert unfit.error.startswith("params do not fit once references are filled in: prediction_horizon: ")
    assert unfit.run_id is None

    forecast = PricePrediction.model_validate(again.result)
    assert (forecast.request.symbol, len(forecast.forecast), forecast.data_source) == ("ETH", 5, "binance")
    verdicts = TransactionAnalysis.model_validate(fraud.result)
    assert verdicts.counts["block"] == 1

    store = AssetStore.default()
    for task in (coin, fraud, again):
        assert task.result["run_id"] == task.run_id != made.run_id
        assert all(store.exists(asset["uri"]) for asset in task.result["assets"])
    warehouse = Warehouse.default()
    steps = [row["run_id"] for row in warehouse.read(price_forecasts)]
    assert (steps.count(coin.run_id), steps.count(again.run_id)) == (3, 5)
    assert {row["run_id"] for row in warehouse.read(transaction_verdicts)} == {fraud.run_id}
    with get_client(sync_client=True) as client:
        names = {client.read_flow_run(task.run_id).name for task in (coin, fraud, again)}
    assert names == {"coin", "fraud", "again"}
