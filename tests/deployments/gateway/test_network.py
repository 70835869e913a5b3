"""POST /api/v1/fraud/network: stored as it was sent, waited for, refused where it can't be."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from prefect.client.orchestration import PrefectClient

from deployments.gateway.routes.network import NetworkBody
from flows.fraud.network import analyze_network_traffic
from tests.tasks.network_security.records import FLOOD, nsl_row

pytestmark = pytest.mark.gateway

Deploy = Callable[..., Awaitable[Any]]


@pytest.fixture
async def deployed(deploy: Deploy) -> Any:
    return await deploy(analyze_network_traffic, capability="fraud", name="interactive")


async def test_traffic_is_stored_with_its_request_and_judged(
    gateway: httpx.AsyncClient, prefect: PrefectClient, perform: Callable[..., Awaitable[Any]], deployed: Any
) -> None:
    body = {"records": [nsl_row(**FLOOD)], "priority": "high"}
    key = {"Idempotency-Key": str(uuid4())}
    answer = await gateway.post("/api/v1/fraud/network", json=body, headers=key)
    assert answer.status_code == 202, answer.text
    run = await prefect.read_flow_run(UUID(answer.json()["run_id"]))
    assert run.parameters["request"] == {"records": body["records"]}
    assert run.work_queue_name == "fraud-high"
    await perform(deployed, answer.json()["run_id"])
    judged = await gateway.post("/api/v1/fraud/network", json=body, headers={**key, "Prefer": "wait=5"})
    assert judged.status_code == 200, judged.text
    assert judged.json()["result"]["verdicts"][0]["attack_class"] == "dos"


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize(
    "body",
    [
        {},
        {"records": []},
        {"records": [{"a": {"b": 1}}]},
        {"records_uri": "file:///etc/passwd"},
        {"records": [{"a": 1}], "rules": {"home_networks": ["everywhere"]}},
        {"records": [{"a": 1}], "job_variables": {}},
    ],
)
async def test_what_can_not_be_is_refused(gateway: httpx.AsyncClient, body: dict[str, Any]) -> None:
    answer = await gateway.post("/api/v1/fraud/network", json=body)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"]


def test_every_field_of_the_body_is_described() -> None:
    schema = NetworkBody.model_json_schema()
    for model in (schema, *(schema["$defs"][name] for name in ("RuleSet", "ScanRule", "BeaconingRule"))):
        assert all(field.get("description") for field in model["properties"].values())
