"""The capabilities' own routes: every example of the mission that exists is sent as it stands."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from prefect import flow
from prefect.client.orchestration import PrefectClient

from blocks.asset_store import AssetStore
from blocks.exchange import ExchangeUnavailable, NetworkAway
from flows.crypto.prediction import predict_price
from flows.fraud.transactions import analyze_transactions
from flows.orchestration import orchestrate

pytestmark = pytest.mark.gateway

Deploy = Callable[..., Awaitable[Any]]

TRANSACTION = {
    "transaction_id": "tx-1",
    "time": "2026-06-29T03:40:46Z",
    "amount": "349.00",
    "currency": "EUR",
    "customer_id": "customer-1",
    "terminal_id": "terminal-77",
}


@pytest.fixture
async def deployed(deploy: Deploy) -> None:
    await deploy(predict_price, capability="crypto", name="interactive")
    await deploy(analyze_transactions, capability="fraud", name="interactive")
    await deploy(orchestrate, capability="light", name="interactive")


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize(
    ("body", "priority"),
    [
        ({"symbol": "BTC", "timeframe": "1h", "prediction_horizon": 24}, "normal"),
        ({"symbol": "eth", "priority": "high"}, "high"),
        ({"priority": "low"}, "low"),
        ({}, "normal"),
    ],
)
async def test_a_prediction_is_stored_with_its_request(
    gateway: httpx.AsyncClient, prefect: PrefectClient, body: dict[str, Any], priority: str
) -> None:
    answer = await gateway.post("/api/v1/crypto/predict", json=body)
    assert answer.status_code == 202, answer.text
    stored = await prefect.read_flow_run(UUID(answer.json()["run_id"]))
    given = {name: value for name, value in body.items() if name != "priority"}
    if "symbol" in given:
        given["symbol"] = given["symbol"].upper()
    assert stored.parameters["request"] == given
    assert stored.work_queue_name == f"crypto-{priority}"


@pytest.mark.usefixtures("deployed")
async def test_an_orchestration_is_stored_with_its_priority(gateway: httpx.AsyncClient, prefect: PrefectClient) -> None:
    body = {"tasks": [{"type": "crypto_prediction", "params": {"symbol": "ETH"}}], "priority": "high"}
    answer = await gateway.post("/api/v1/orchestrate", json=body)
    assert answer.status_code == 202, answer.text
    stored = await prefect.read_flow_run(UUID(answer.json()["run_id"]))
    assert stored.work_queue_name == "light-high"
    assert stored.parameters["request"]["priority"] == "high"
    [task] = stored.parameters["request"]["tasks"]
    assert (task["type"], task["params"]) == ("crypto_prediction", {"symbol": "ETH"})


@pytest.mark.usefixtures("deployed")
async def test_a_task_type_that_does_not_exist_is_named_with_those_that_do(gateway: httpx.AsyncClient) -> None:
    body = {"tasks": [{"type": "weather", "params": {"prompt": "..."}}, {"type": "crypto_prediction"}]}
    for answer in (
        await gateway.post("/api/v1/orchestrate", json=body),
        await gateway.post("/api/v1/runs", json={"flow": "orchestrate/interactive", "request": body}),
    ):
        assert answer.status_code == 422, answer.text
        assert "crypto_prediction" in answer.text
        assert any("/tasks/0" in error["pointer"] for error in answer.json()["errors"])


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize(
    "params",
    [
        {"symbol": "../../etc"},
        {"prediction_horizon": 10_000},
        {"symbol": "BTC", "image": "evil"},
        {"symbol": {"$ref": "#/tasks/none/result"}},
    ],
)
async def test_params_are_checked_before_anything_is_stored(gateway: httpx.AsyncClient, params: dict[str, Any]) -> None:
    body = {"tasks": [{"type": "crypto_prediction", "params": params}]}
    answer = await gateway.post("/api/v1/orchestrate", json=body)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"]


@pytest.mark.usefixtures("deployed")
async def test_a_fraud_analysis_of_a_file_waits_for_its_verdicts(
    gateway: httpx.AsyncClient, prefect: PrefectClient, perform: Callable[..., Awaitable[Any]], deploy: Deploy
) -> None:
    import asyncio

    key = {"Idempotency-Key": str(uuid4())}
    csv = ",".join(TRANSACTION) + "\n" + ",".join(TRANSACTION.values()) + "\n"
    stored = AssetStore.default().put(f"uploads/{uuid4()}/payments.csv", csv.encode(), "text/csv")
    body = {"transactions_uri": stored.uri}
    early = await gateway.post("/api/v1/fraud/analyze", json=body, headers={**key, "Prefer": "wait=0"})
    assert early.status_code == 202, early.text
    run_id = early.json()["run_id"]
    deployed = await deploy(analyze_transactions, capability="fraud", name="interactive")
    waiting = asyncio.create_task(gateway.post("/api/v1/fraud/analyze", json=body, headers=key))
    await perform(deployed, run_id)
    answer = await waiting
    assert answer.status_code == 200, answer.text
    assert (answer.json()["run_id"], answer.json()["state"]) == (run_id, "Completed")
    assert [one["transaction_id"] for one in answer.json()["result"]["verdicts"]] == ["tx-1"]


async def test_without_the_scorer_payments_are_told_to_come_back(gateway: httpx.AsyncClient) -> None:
    answer = await gateway.post("/api/v1/fraud/analyze", json={"transactions": [TRANSACTION]})
    assert answer.status_code == 503, answer.text
    assert answer.json()["type"] == "urn:aiflows:scorer-away"
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize("reason", [NetworkAway("no connection to api.binance.com"), ExchangeUnavailable("it is down")])
@pytest.mark.parametrize(
    ("path", "name", "body"),
    [
        ("/api/v1/crypto/predict", "predict-price", {"symbol": "ETH"}),
        ("/api/v1/crypto/portfolio/risk", "assess-risk", {"holdings": {"ETH": "1"}}),
        ("/api/v1/crypto/portfolio/rebalance", "rebalance-portfolio", {"holdings": {"ETH": "1"}}),
    ],
)
async def test_an_exchange_that_is_away_is_a_503_for_who_waits(
    gateway: httpx.AsyncClient,
    perform: Callable[..., Awaitable[Any]],
    deploy: Deploy,
    path: str,
    name: str,
    body: dict[str, Any],
    reason: Exception,
) -> None:
    import asyncio

    @flow(name=name)
    def away(request: dict[str, Any]) -> None:
        raise reason

    deployed = await deploy(away, capability="crypto", name="interactive")
    key = {"Idempotency-Key": str(uuid4())}
    early = await gateway.post(path, json=body, headers=key)
    assert early.status_code == 202, early.text
    waiting = asyncio.create_task(gateway.post(path, json=body, headers={**key, "Prefer": "wait=30"}))
    with suppress(type(reason)):
        await perform(deployed, early.json()["run_id"])
    answer = await waiting

    assert answer.status_code == 503, answer.text
    assert answer.json()["detail"] == str(reason)
    assert answer.json()["run_id"] == early.json()["run_id"]
    assert answer.headers["Retry-After"] == "60"


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize(
    "body", [{}, {"transactions": []}, {"transactions": [{}]}, {"transactions_uri": "file:///etc"}]
)
async def test_an_analysis_of_nothing_is_refused(gateway: httpx.AsyncClient, body: dict[str, Any]) -> None:
    assert (await gateway.post("/api/v1/fraud/analyze", json=body)).status_code == 422


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize("name", ["job_variables", "image", "namespace", "work_queue_name", "tags", "parameters"])
async def test_callers_choose_nothing_of_where_it_runs(gateway: httpx.AsyncClient, name: str) -> None:
    for path in ("/api/v1/crypto/predict", "/api/v1/runs"):
        body = {"flow": "predict-price/interactive"} if path.endswith("runs") else {}
        answer = await gateway.post(path, json={**body, name: "x"})
        assert answer.status_code == 422
        assert any(error["pointer"] == f"/{name}" for error in answer.json()["errors"])
