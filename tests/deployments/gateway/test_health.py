"""Probes, status and metrics."""

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from prefect.client.orchestration import PrefectClient
from prefect.states import Scheduled

from deployments.gateway.settings import GatewaySettings

pytestmark = pytest.mark.gateway

Serve = Callable[..., Awaitable[httpx.AsyncClient]]


async def test_a_gateway_with_deployments_is_ready(
    gateway: httpx.AsyncClient, deploy: Callable[..., Awaitable[Any]], toys: Any
) -> None:
    deployed = await deploy(toys.count)
    assert (await gateway.get("/health")).json() == {"status": "ok"}
    assert (await gateway.get("/ready")).json()["deployments"] >= 1
    flows = {one["name"]: one for one in (await gateway.get("/api/v1/flows")).json()["flows"]}
    assert flows[deployed.name]["capability"] == "crypto"
    assert flows[deployed.name]["request_schema"]["properties"]["request"]


async def test_status_and_metrics_tell_what_stands_behind(
    gateway: httpx.AsyncClient, deploy: Callable[..., Awaitable[Any]], toys: Any
) -> None:
    deployed = await deploy(toys.count)
    assert (await gateway.post("/api/v1/runs", json={"flow": deployed.name})).status_code == 202
    flows = {one["name"]: one for one in (await gateway.get("/api/v1/flows")).json()["flows"]}
    status = (await gateway.get("/status")).json()
    assert (status["auth"], status["prefect"]) == ("off", "up")
    assert status["version"]
    pool = next(pool for pool in status["pools"] if pool["name"] == flows[deployed.name]["work_pool"])
    assert {queue["name"] for queue in pool["queues"]} >= {"default", "crypto-normal"}
    assert sum(queue["depth"] for queue in pool["queues"]) == 1
    assert status["runs"]["crypto"]["Scheduled"] >= 1
    metrics = (await gateway.get("/metrics")).text
    assert 'gateway_request_seconds_count{method="POST",route="/api/v1/runs",status="202"} 1.0' in metrics
    assert 'aiflows_runs{capability="crypto",state="Scheduled"}' in metrics
    assert f'aiflows_queue_depth{{pool="{pool["name"]}",queue="crypto-normal"}} 1.0' in metrics
    assert "gateway_prefect_up 1.0" in metrics


async def test_routes_are_counted_by_their_template(gateway: httpx.AsyncClient) -> None:
    for name in ("a", "b"):
        await gateway.get(f"/api/v1/none/{name}")
        await gateway.get(f"/api/v1/runs/{name}")
    metrics = (await gateway.get("/metrics")).text
    assert 'route="/api/v1/runs/{run_id}",status="422"} 2.0' in metrics
    assert "none/a" not in metrics


async def test_made_up_methods_take_no_room(gateway: httpx.AsyncClient) -> None:
    for method in ("MADE", "UP"):
        await gateway.request(method, "/api/v1/runs")
    metrics = (await gateway.get("/metrics")).text
    assert re.search(r'requests?_seconds_count\{method="\(other\)",.*status="405"\} 2\.0', metrics)
    assert "MADE" not in metrics


async def test_runs_of_later_are_no_queue(
    gateway: httpx.AsyncClient, deploy: Callable[..., Awaitable[Any]], toys: Any, prefect: PrefectClient
) -> None:
    deployed = await deploy(toys.count)
    later = Scheduled(scheduled_time=datetime.now(UTC) + timedelta(hours=3))
    await prefect.create_flow_run_from_deployment(deployed.id, parameters={"request": {}}, state=later)
    flows = {one["name"]: one for one in (await gateway.get("/api/v1/flows")).json()["flows"]}
    pools = (await gateway.get("/status")).json()["pools"]
    pool = next(pool for pool in pools if pool["name"] == flows[deployed.name]["work_pool"])
    assert sum(queue["depth"] for queue in pool["queues"]) == 0


async def test_keys_show_in_the_status(keyed: Any) -> None:
    assert (await keyed.client.get("/status", headers=keyed.key("crypto"))).json()["auth"] == "api-keys"


async def test_the_access_log_holds_no_query(gateway: httpx.AsyncClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", logger="gateway.access"):
        await gateway.get("/assets/uploads/x/y", params={"signature": "secret-signature"})
        await gateway.get("/api/v1/runs%0A2026 forged line")
    assert "/assets/uploads/x/y" in caplog.text
    assert "secret-signature" not in caplog.text
    assert all("\n" not in record.getMessage() for record in caplog.records)


async def test_cors_is_off_unless_an_origin_is_named(serve: Serve, settings: GatewaySettings) -> None:
    origin = "https://app.example"
    closed = await serve(settings)
    opened = await serve(settings.model_copy(update={"gateway_cors_origins": [origin]}))
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    assert "access-control-allow-origin" not in (await closed.options("/api/v1/runs", headers=asked)).headers
    allowed = await opened.options("/api/v1/runs", headers=asked)
    assert allowed.headers["access-control-allow-origin"] == origin
