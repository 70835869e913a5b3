"""Repeats of a request."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest

pytestmark = pytest.mark.gateway

Deploy = Callable[..., Awaitable[Any]]


async def test_the_same_key_gives_the_same_run(gateway: httpx.AsyncClient, deploy: Deploy, toys: Any) -> None:
    deployed = await deploy(toys.count)
    headers = {"Idempotency-Key": str(uuid4())}
    body = {"flow": deployed.name, "request": {"upto": 2}}
    answers = await asyncio.gather(*(gateway.post("/api/v1/runs", json=body, headers=headers) for _ in range(8)))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["run_id"] for answer in answers}) == 1


async def test_the_same_key_with_another_body_is_refused(gateway: httpx.AsyncClient, deploy: Deploy, toys: Any) -> None:
    deployed = await deploy(toys.count)
    headers = {"Idempotency-Key": f'"{uuid4()}"'}
    first = await gateway.post("/api/v1/runs", json={"flow": deployed.name, "request": {"upto": 2}}, headers=headers)
    assert first.status_code == 202
    other = await gateway.post("/api/v1/runs", json={"flow": deployed.name, "request": {"upto": 3}}, headers=headers)
    assert other.status_code == 422
    assert other.json()["type"] == "urn:aiflows:idempotency-key-reused"


@pytest.mark.parametrize("key", ["", '""', "x" * 256, "é", "a\tb"])
async def test_a_key_that_is_none_is_refused(gateway: httpx.AsyncClient, deploy: Deploy, toys: Any, key: str) -> None:
    deployed = await deploy(toys.count)
    headers = httpx.Headers([(b"Idempotency-Key", key.encode())])
    answer = await gateway.post("/api/v1/runs", json={"flow": deployed.name, "request": {}}, headers=headers)
    assert answer.status_code == 422
    assert "Idempotency-Key" in answer.text or "idempotency" in answer.text.lower()
