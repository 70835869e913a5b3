"""POST /api/v1/fraud/trading: stored as it was sent, waited for, refused where it can't be."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from prefect.client.orchestration import PrefectClient

from blocks.asset_store import AssetStore
from deployments.gateway.routes.trading import TradingBody
from flows.fraud.trading import analyze_trading

pytestmark = pytest.mark.gateway

Deploy = Callable[..., Awaitable[Any]]
RING = "time,price,amount,seller,buyer\n" + "\n".join(
    f"{1_700_000_000 + 60 * place},1,5,{'abc'[place % 3]},{'abc'[(place + 1) % 3]}" for place in range(9)
)


@pytest.fixture
async def deployed(deploy: Deploy) -> Any:
    return await deploy(analyze_trading, capability="fraud", name="interactive")


async def test_a_ring_is_found_by_way_of_the_route(
    gateway: httpx.AsyncClient, prefect: PrefectClient, perform: Callable[..., Awaitable[Any]], deployed: Any
) -> None:
    uri = AssetStore.default().put("uploads/test/ring.csv", RING.encode()).uri
    body = {"trades_uri": uri, "priority": "high"}
    key = {"Idempotency-Key": str(uuid4())}
    answer = await gateway.post("/api/v1/fraud/trading", json=body, headers=key)
    assert answer.status_code == 202, answer.text
    run = await prefect.read_flow_run(UUID(answer.json()["run_id"]))
    assert run.parameters["request"] == {"trades_uri": uri}
    assert run.work_queue_name == "fraud-high"
    await perform(deployed, answer.json()["run_id"])
    judged = await gateway.post("/api/v1/fraud/trading", json=body, headers={**key, "Prefer": "wait=5"})
    assert judged.status_code == 200, judged.text
    assert sorted(judged.json()["result"]["findings"][0]["accounts"]) == ["a", "b", "c"]


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize(
    "body",
    [
        {},
        {"trades_uri": "file:///etc/passwd"},
        {"trades_uri": "asset://uploads/a/b.csv", "wash": {"chance": 2}},
        {"trades_uri": "asset://uploads/a/b.csv", "job_variables": {}},
    ],
)
async def test_what_can_not_be_is_refused(gateway: httpx.AsyncClient, body: dict[str, Any]) -> None:
    answer = await gateway.post("/api/v1/fraud/trading", json=body)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"]


def test_every_field_of_the_body_is_described() -> None:
    schema = TradingBody.model_json_schema()
    for model in (schema, schema["$defs"]["WashRules"]):
        assert all(field.get("description") for field in model["properties"].values())
