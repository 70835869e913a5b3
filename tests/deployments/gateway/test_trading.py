"""POST /api/v1/fraud/trading: stored as it was sent, waited for, refused where it can't be."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from prefect.client.orchestration import PrefectClient

from blocks.asset_store import AssetStore
from blocks.warehouse import Warehouse
from blocks.warehouse.tables import market_findings
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


@pytest.mark.parametrize(
    ("field", "content", "why"),
    [
        ("trades_uri", "time,price,amount\n1700000000,1,-2\n", "trades_uri: amount is not above 0"),
        ("trades_uri", f"time,price,amount,buyer\n1700000000,1,2,{'x' * 10_000_000}\n", "more than 65,536 characters"),
        ("order_book_uri", "time,action,order_id,side,price,amount\n1700000000,place,1,buy,nan,1\n", "price is no"),
        ("accounts_uri", "Address,Sent tnx\n=1+1,1\n", "accounts_uri: the file lacks"),
    ],
)
async def test_a_file_that_can_not_be_right_fails_its_run_and_says_why(
    gateway: httpx.AsyncClient,
    perform: Callable[..., Awaitable[Any]],
    deployed: Any,
    field: str,
    content: str,
    why: str,
) -> None:
    uri = AssetStore.default().put("uploads/test/bad.csv", content.encode()).uri
    key = {"Idempotency-Key": str(uuid4())}
    answer = await gateway.post("/api/v1/fraud/trading", json={field: uri}, headers=key)
    assert answer.status_code == 202, answer.text
    await perform(deployed, answer.json()["run_id"])
    run = await gateway.get(f"/api/v1/runs/{answer.json()['run_id']}")
    assert run.json()["state"] == "Failed", run.text
    assert why in run.text
    assert len(run.content) < 10_000
    again = await gateway.post("/api/v1/fraud/trading", json={field: uri}, headers=key)
    assert again.json()["run_id"] == answer.json()["run_id"]
    assert Warehouse.default().read(market_findings) == []


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize(
    "body",
    [
        {},
        {"trades_uri": "file:///etc/passwd"},
        {"trades_uri": "asset://uploads/a/b.csv", "wash": {"chance": 2}},
        {"trades_uri": "asset://uploads/a/b.csv", "job_variables": {}},
        {"trades_uri": "asset://uploads/a/b.csv", "order_book_uri": "asset://uploads/a/b.csv"},
        {"trades_uri": "asset://uploads/../../etc/passwd"},
        {"trades_uri": "x" * 100_000},
        {"trades_uri": "asset://uploads/a/b.csv", "wash": {"margin": -0.1}},
        {"trades_uri": "asset://uploads/a/b.csv", "wash": {"windows_minutes": [10**30]}},
        {"order_book_uri": "asset://uploads/a/b.csv", "spoofing": {"times": "'; DROP TABLE market_findings; --"}},
        {"market": {"symbol": "\u0412TC"}},
        {"market": {"symbol": "BTC", "exchange": "../binance"}},
        {"market": {"symbol": "=1+1"}},
        {"market": {"symbol": "BTC", "hours": 10**9}},
    ],
)
async def test_what_can_not_be_is_refused(gateway: httpx.AsyncClient, body: dict[str, Any]) -> None:
    answer = await gateway.post("/api/v1/fraud/trading", json=body)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"]
    assert len(answer.content) < 5_000


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b'{"accounts_uri": "' + b"x" * 10_000_000 + b'"}', 413),
        (b'{"market": {"symbol": "BTC", "hours": NaN}}', 422),
        (b"\xff\xfe{}", 422),
    ],
)
async def test_a_body_that_is_no_json_or_too_long_is_refused(
    gateway: httpx.AsyncClient, content: bytes, status: int
) -> None:
    answer = await gateway.post("/api/v1/fraud/trading", content=content, headers={"Content-Type": "application/json"})
    assert (answer.status_code, len(answer.content) < 5_000) == (status, True), answer.text[:500]


def test_every_field_of_the_body_is_described() -> None:
    schema = TradingBody.model_json_schema()
    for model in (schema, schema["$defs"]["WashRules"]):
        assert all(field.get("description") for field in model["properties"].values())
