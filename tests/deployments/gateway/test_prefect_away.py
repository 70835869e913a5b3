"""Prefect refusing in passing, and Prefect gone."""

import time
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest

from deployments.gateway.settings import GatewaySettings
from tests.conftest import free_port

pytestmark = pytest.mark.gateway

Serve = Callable[..., Awaitable[httpx.AsyncClient]]


class Flaky:
    """A proxy before the Prefect API that loses, refuses and answers in turn."""

    def __init__(self, api: str) -> None:
        self.api = api
        self.refusals = 0
        self.lose_answers = 0
        self.created = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await send({"type": "websocket.close"})
            return
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        creates = scope["path"].endswith("/create_flow_run")
        status, answer = 503, b"{}"
        if not (creates and self.refusals > 0):
            async with httpx.AsyncClient() as client:
                headers = {name: value for name, value in scope["headers"] if name not in {b"host", b"content-length"}}
                url = f"{self.api.removesuffix('/api')}{scope['path']}?{scope['query_string'].decode()}"
                forwarded = await client.request(scope["method"], url, content=body, headers=headers)
            status, answer = forwarded.status_code, forwarded.content
        if creates:
            self.created += 1
            self.refusals -= 1
            if self.refusals < 0 and self.lose_answers > 0:  # stored, but nobody is told
                self.lose_answers -= 1
                status, answer = 503, b"{}"
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(answer)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": answer})


@pytest.fixture
async def flaky(
    prefect_api: str, live: Callable[..., Awaitable[httpx.AsyncClient]], monkeypatch: pytest.MonkeyPatch
) -> Flaky:
    proxy = Flaky(prefect_api)
    client = await live(proxy)
    monkeypatch.setenv("PREFECT_API_URL", f"{str(client.base_url).rstrip('/')}/api")
    return proxy


async def test_passing_refusals_are_retried_in_the_request_and_nothing_is_doubled(
    flaky: Flaky, serve: Serve, settings: GatewaySettings, deploy: Callable[..., Awaitable[Any]], toys: Any
) -> None:
    gateway = await serve(settings)
    deployed = await deploy(toys.count)
    flaky.refusals, flaky.lose_answers = 2, 2
    answer = await gateway.post("/api/v1/runs", json={"flow": deployed.name})
    assert answer.status_code == 202, answer.text
    assert flaky.created == 5
    listed = (await gateway.get("/api/v1/runs")).json()["runs"]
    assert [run["run_id"] for run in listed if run["flow"] == deployed.name] == [answer.json()["run_id"]]


async def test_a_lasting_refusal_is_503_and_a_repeat_is_safe(
    flaky: Flaky, serve: Serve, settings: GatewaySettings, deploy: Callable[..., Awaitable[Any]], toys: Any
) -> None:
    hasty, gateway = await serve(settings.model_copy(update={"gateway_prefect_budget": 2.0})), await serve(settings)
    deployed = await deploy(toys.count)
    flaky.lose_answers = 1000
    headers = {"Idempotency-Key": str(uuid4())}
    answer = await hasty.post("/api/v1/runs", json={"flow": deployed.name}, headers=headers)
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert answer.json()["type"] == "urn:aiflows:prefect-away"
    flaky.lose_answers = 0
    repeat = await gateway.post("/api/v1/runs", json={"flow": deployed.name}, headers=headers)
    assert repeat.status_code == 202
    listed = (await gateway.get("/api/v1/runs")).json()["runs"]
    assert [run["run_id"] for run in listed if run["flow"] == deployed.name] == [repeat.json()["run_id"]]


async def test_without_prefect_the_gateway_lives_and_says_so(
    serve: Serve, settings: GatewaySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", f"http://127.0.0.1:{free_port()}/api")
    gateway = await serve(settings.model_copy(update={"gateway_prefect_budget": 0.5}))
    assert (await gateway.get("/health")).status_code == 200
    assert (await gateway.get("/status")).json()["prefect"] == "away"
    assert "gateway_prefect_up 0.0" in (await gateway.get("/metrics")).text
    started = time.monotonic()
    for method, path in (("GET", "/ready"), ("GET", "/api/v1/runs"), ("POST", "/api/v1/runs")):
        answer = await gateway.request(method, path, json={"flow": "a"} if method == "POST" else None)
        assert answer.status_code == 503, path
        assert answer.headers["retry-after"]
        assert answer.headers["content-type"] == "application/problem+json"
    assert time.monotonic() - started < 10
