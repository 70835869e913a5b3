"""The description of the API: complete, and true."""

import asyncio
import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound
from prefect.utilities.callables import parameter_schema
from schemathesis import checks

from deployments.gateway.app import create_app
from deployments.gateway.settings import GatewaySettings
from flows.crypto.prediction import predict_price
from flows.fraud.transactions import analyze_transactions
from flows.orchestration import orchestrate
from tests.conftest import free_port

pytestmark = pytest.mark.gateway


@pytest.fixture
def described() -> dict[str, Any]:
    return create_app(GatewaySettings()).openapi()


def operations(described: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_the_routes_are_those_that_were_promised(described: dict[str, Any]) -> None:
    assert {name for name, _ in operations(described)} == {
        "GET /health",
        "GET /ready",
        "GET /status",
        "GET /metrics",
        "POST /api/v1/crypto/predict",
        "GET /api/v1/crypto/track-record",
        "GET /api/v1/crypto/sentiment/{symbol}",
        "POST /api/v1/crypto/portfolio/risk",
        "POST /api/v1/crypto/portfolio/rebalance",
        "POST /api/v1/fraud/analyze",
        "POST /api/v1/fraud/network",
        "POST /api/v1/fraud/trading",
        "GET /api/v1/fraud/alerts",
        "GET /api/v1/fraud/alerts/events",
        "GET /api/v1/fraud/alerts/{alert_id}",
        "PATCH /api/v1/fraud/alerts/{alert_id}",
        "POST /api/v1/fraud/alerts/{alert_id}/case",
        "GET /api/v1/fraud/alerts/webhooks",
        "POST /api/v1/fraud/alerts/webhooks",
        "DELETE /api/v1/fraud/alerts/webhooks/{webhook_id}",
        "GET /api/v1/fraud/lists",
        "POST /api/v1/fraud/lists",
        "DELETE /api/v1/fraud/lists/{entry_id}",
        "POST /api/v1/generate/image",
        "POST /api/v1/generate/image/recall",
        "POST /api/v1/generate/video",
        "GET /api/v1/models/video",
        "GET /api/v1/models",
        "GET /api/v1/styles",
        "GET /api/v1/styles/{style_id}/preview",
        "POST /api/v1/factory/process",
        "POST /api/v1/factory/intent",
        "POST /api/v1/factory/specification",
        "POST /api/v1/factory/architecture",
        "GET /api/v1/factory/workflow/{run_id}",
        "GET /api/v1/factory/workflows",
        "POST /api/v1/orchestrate",
        "GET /api/v1/flows",
        "POST /api/v1/runs",
        "GET /api/v1/runs",
        "GET /api/v1/runs/{run_id}",
        "GET /api/v1/runs/{run_id}/result",
        "GET /api/v1/runs/{run_id}/logs",
        "GET /api/v1/runs/{run_id}/events",
        "POST /api/v1/runs/{run_id}/cancel",
        "POST /api/v1/runs/{run_id}/approval",
        "POST /api/v1/assets",
        "GET /api/v1/assets/{upload_id}",
        "HEAD /api/v1/assets/{upload_id}",
        "PATCH /api/v1/assets/{upload_id}",
        "DELETE /api/v1/assets/{upload_id}",
        "POST /api/v1/schedules",
        "GET /api/v1/schedules",
        "PATCH /api/v1/schedules/{schedule_id}",
        "GET /assets/{path}",
    }


def test_every_route_and_every_field_of_a_body_is_documented(described: dict[str, Any]) -> None:
    for name, operation in operations(described):
        assert operation["summary"], name
        assert operation["description"], name
        assert operation["tags"], name
        assert all(parameter.get("description") for parameter in operation.get("parameters", [])), name
    schemas = described["components"]["schemas"]
    for name in ("PredictBody", "AnalyzeBody", "OrchestrateBody", "RunBody", "ScheduleBody", "ScheduleChange"):
        assert all(field.get("description") for field in schemas[name]["properties"].values()), name


def test_the_examples_of_the_mission_stand_in_the_description(described: dict[str, Any]) -> None:
    schemas = described["components"]["schemas"]
    assert {"symbol": "BTC", "timeframe": "1h", "prediction_horizon": 24} in schemas["PredictBody"]["examples"]
    assert schemas["OrchestrateBody"]["examples"][0]["priority"] == "high"


async def test_the_docs_page_is_served(gateway: httpx.AsyncClient) -> None:
    assert "swagger" in (await gateway.get("/docs")).text.lower()
    assert (await gateway.get("/", follow_redirects=False)).headers["location"].endswith("/docs")


@pytest.fixture(scope="session")
def api(prefect_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a gateway that is served by a process of its own, with the real deployments."""
    asyncio.run(deploy_all(prefect_server))
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "deployments.gateway"],
        env={
            **os.environ,
            "GATEWAY_PORT": str(port),
            "PREFECT_API_URL": prefect_server,
            "DATA_DIR": str(tmp_path_factory.mktemp("gateway")),
        },
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        wait_until_ready(f"http://127.0.0.1:{port}/ready", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        said = process.communicate(timeout=30)[1]
    assert "Traceback" not in said, said


async def deploy_all(address: str) -> None:
    async with PrefectClient(address) as client:
        with contextlib.suppress(ObjectAlreadyExists):
            await client.create_work_pool(WorkPoolCreate(name="gateway-openapi", type="process"))
        for flow, family in ((predict_price, "crypto"), (analyze_transactions, "fraud"), (orchestrate, "light")):
            with contextlib.suppress(ObjectNotFound):
                await client.read_deployment_by_name(f"{flow.name}/interactive")
                continue
            await client.create_deployment(
                flow_id=await client.create_flow(flow),
                name="interactive",
                work_pool_name="gateway-openapi",
                work_queue_name=f"{family}-normal",
                tags=[f"capability:{family}"],
                parameter_openapi_schema=parameter_schema(flow).model_dump_for_openapi(),
            )


def wait_until_ready(url: str, process: "subprocess.Popen[str]") -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(url, timeout=5).status_code == 200:
                return
        time.sleep(0.05)
    pytest.fail("the gateway was not ready")


NEVER_ENDS = "/api/v1/fraud/alerts/events"
"""Has a test of its own."""
SCORED = "/api/v1/fraud/analyze"
"""Answers 503 here, where no scorer runs."""

schema = schemathesis.openapi.from_dict(create_app(GatewaySettings()).openapi()).exclude(path=NEVER_ENDS)

schema.config.phases.coverage.enabled = False


# schemathesis draws some values with `random` itself
@pytest.mark.filterwarnings("ignore:Do not use the .random. module:hypothesis.errors.HypothesisDeprecationWarning")
@schema.parametrize()
@settings(max_examples=6, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_as_described(case: schemathesis.Case, api: str) -> None:
    case.headers = {**(case.headers or {}), "Prefer": "wait=0"}  # no worker runs: waiting would be in vain
    case.call_and_validate(
        base_url=api,
        checks=[
            *(() if case.path == SCORED else (checks.not_a_server_error,)),
            checks.status_code_conformance,
            checks.content_type_conformance,
            checks.response_schema_conformance,
            checks.response_headers_conformance,
            checks.unsupported_method,
        ],
        timeout=60,
    )
