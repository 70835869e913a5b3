"""Triggering runs and reading them back."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from prefect.client.orchestration import PrefectClient

pytestmark = pytest.mark.gateway

Deploy = Callable[..., Awaitable[Any]]
Perform = Callable[..., Awaitable[Any]]


async def start(gateway: httpx.AsyncClient, deployed: Any, **headers: str) -> dict[str, Any]:
    answer = await gateway.post("/api/v1/runs", json={"flow": deployed.name, "request": {"upto": 4}}, headers=headers)
    assert answer.status_code == 202, answer.text
    return dict(answer.json())


async def test_a_trigger_answers_with_a_stored_run(
    gateway: httpx.AsyncClient, deploy: Deploy, toys: Any, prefect: PrefectClient
) -> None:
    deployed = await deploy(toys.count)
    answer = await gateway.post(
        "/api/v1/runs", json={"flow": deployed.name, "request": {"upto": 4}, "priority": "high"}
    )
    assert answer.status_code == 202
    body = answer.json()
    stored = await prefect.read_flow_run(UUID(body["run_id"]))
    assert stored.parameters == {"request": {"upto": 4}}
    assert stored.work_queue_name == "crypto-high"
    assert set(stored.tags) == {"capability:crypto", "owner:local", "priority:high"}
    assert stored.idempotency_key
    assert body["capability"] == "crypto"
    assert body["state"] == "Scheduled"
    assert set(body["links"]) == {"self", "result", "events", "ui"}
    assert answer.headers["location"] == body["links"]["self"]


async def test_a_finished_run_gives_its_result_and_logs(
    gateway: httpx.AsyncClient, deploy: Deploy, toys: Any, perform: Perform
) -> None:
    deployed = await deploy(toys.count)
    run_id = (await start(gateway, deployed))["run_id"]
    early = await gateway.get(f"/api/v1/runs/{run_id}/result")
    assert early.status_code == 409
    assert early.headers["retry-after"]
    await perform(deployed, run_id)
    result = await gateway.get(f"/api/v1/runs/{run_id}/result")
    assert result.status_code == 200
    assert result.json() == {"numbers": [1, 2, 3, 4], "note": "naïve ünïcode ✓"}
    shown = (await gateway.get(f"/api/v1/runs/{run_id}")).json()
    assert (shown["state"], shown["is_final"], shown["progress"]) == ("Completed", True, 50.0)
    assert shown["flow"] == deployed.name


async def test_a_failed_run_says_why_without_a_traceback(
    gateway: httpx.AsyncClient, deploy: Deploy, toys: Any, perform: Perform
) -> None:
    deployed = await deploy(toys.fail)
    run_id = (await start(gateway, deployed))["run_id"]
    await perform(deployed, run_id)
    answer = await gateway.get(f"/api/v1/runs/{run_id}/result")
    assert answer.status_code == 409
    assert "can't count to 4" in answer.json()["detail"]
    assert "Traceback" not in answer.text
    assert answer.json()["state"] == "Failed"


async def test_a_pickled_result_is_never_read(
    gateway: httpx.AsyncClient, deploy: Deploy, toys: Any, perform: Perform
) -> None:
    deployed = await deploy(toys.pickled)
    run_id = (await start(gateway, deployed))["run_id"]
    await perform(deployed, run_id)
    answer = await gateway.get(f"/api/v1/runs/{run_id}/result")
    assert answer.status_code == 404
    assert "pickle" in answer.json()["detail"]


async def test_waiting_answers_200_with_the_result(
    gateway: httpx.AsyncClient, deploy: Deploy, toys: Any, perform: Perform
) -> None:
    deployed = await deploy(toys.count)
    key = str(uuid4())
    first = await start(gateway, deployed, **{"Idempotency-Key": key})
    waiting = asyncio.create_task(
        gateway.post(
            "/api/v1/runs",
            json={"flow": deployed.name, "request": {"upto": 4}},
            headers={"Prefer": "wait=30", "Idempotency-Key": key},
        )
    )
    await perform(deployed, first["run_id"])
    answer = await waiting
    assert answer.status_code == 200
    assert answer.headers["preference-applied"] == "wait=30"
    assert answer.json()["run_id"] == first["run_id"]
    assert answer.json()["result"]["numbers"] == [1, 2, 3, 4]


async def test_a_wait_that_is_too_short_answers_202(gateway: httpx.AsyncClient, deploy: Deploy, toys: Any) -> None:
    deployed = await deploy(toys.count)
    body = {"flow": deployed.name, "request": {}}
    answer = await gateway.post("/api/v1/runs", json=body, headers={"Prefer": "wait=0"})
    assert answer.status_code == 202
    assert answer.headers["preference-applied"] == "wait=0"


async def test_fifty_at_once_are_fifty_runs(
    gateway: httpx.AsyncClient, deploy: Deploy, toys: Any, prefect: PrefectClient
) -> None:
    deployed = await deploy(toys.count)
    body = {"flow": deployed.name, "request": {"upto": 1}}
    answers = await asyncio.gather(*(gateway.post("/api/v1/runs", json=body) for _ in range(50)))
    assert Counter(answer.status_code for answer in answers) == {202: 50}, answers[0].text
    assert len({answer.json()["run_id"] for answer in answers}) == 50
    listed = await gateway.get("/api/v1/runs", params={"limit": 100, "state": "Scheduled"})
    ours = [run for run in listed.json()["runs"] if run["flow"] == deployed.name]
    assert len(ours) == 50
