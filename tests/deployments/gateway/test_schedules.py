"""Schedules."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from prefect.client.orchestration import PrefectClient

from deployments.gateway.prefect_access import PrefectAccess
from deployments.gateway.scheduled_runs import tag_runs

pytestmark = pytest.mark.gateway

Deploy = Callable[..., Awaitable[Any]]


@pytest.mark.parametrize(
    "timing",
    [
        {"cron": "5 * * * *", "timezone": "Europe/Berlin"},
        {"interval_seconds": 3600, "timezone": "UTC"},
        {"rrule": "FREQ=WEEKLY;BYDAY=MO,TH", "timezone": "America/New_York"},
    ],
)
async def test_a_schedule_keeps_its_timing_request_and_owner(
    gateway: httpx.AsyncClient, deploy: Deploy, prefect: PrefectClient, toys: Any, timing: dict[str, Any]
) -> None:
    deployed = await deploy(toys.count)
    body = {"flow": deployed.name, "request": {"upto": 5}, "active": False, **timing}
    answer = await gateway.post("/api/v1/schedules", json=body)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made["owner"], made["request"]) == ("local", {"upto": 5})
    assert made["timing"] | timing == made["timing"] or made["timing"]["rrule"].endswith(timing["rrule"])
    listed = (await gateway.get("/api/v1/schedules")).json()["schedules"]
    assert made in listed
    resumed = await gateway.patch(f"/api/v1/schedules/{made['id']}", json={"active": True})
    assert resumed.json()["active"] is True
    [stored] = await prefect.read_deployment_schedules(deployed.id)
    assert stored.active
    assert stored.parameters == {"request": {"upto": 5}}
    paused = await gateway.patch(f"/api/v1/schedules/{made['id']}", json={"active": False})
    assert paused.json()["active"] is False


@pytest.mark.parametrize(
    ("timing", "said"),
    [
        ({}, "exactly one"),
        ({"cron": "5 * * * *", "interval_seconds": 60}, "exactly one"),
        ({"cron": "61 * * * *"}, "cron"),
        ({"cron": "* * * * * *"}, "five fields"),
        ({"interval_seconds": 1}, "60"),
        ({"rrule": "FREQ=SECONDLY"}, "once a minute"),
        ({"rrule": "FREQ=NEVER;X"}, "Invalid RRule"),
        ({"cron": "5 * * * *", "timezone": "Mars/Olympus"}, "timezone"),
    ],
)
async def test_a_timing_that_is_none_is_refused(
    gateway: httpx.AsyncClient, deploy: Deploy, toys: Any, timing: dict[str, Any], said: str
) -> None:
    deployed = await deploy(toys.count)
    answer = await gateway.post("/api/v1/schedules", json={"flow": deployed.name, **timing})
    assert answer.status_code == 422
    assert said.lower() in answer.text.lower()


async def test_a_schedule_checks_its_request(gateway: httpx.AsyncClient, deploy: Deploy, toys: Any) -> None:
    deployed = await deploy(toys.count)
    body = {"flow": deployed.name, "cron": "5 * * * *", "request": {"upto": 99}}
    assert (await gateway.post("/api/v1/schedules", json=body)).status_code == 422


async def test_a_schedule_that_is_not_there_is_404(gateway: httpx.AsyncClient) -> None:
    path = "/api/v1/schedules/5f2b7c1e-0000-4000-8000-000000000000"
    assert (await gateway.patch(path, json={"active": True})).status_code == 404


async def test_the_runs_of_a_schedule_are_its_owners(
    keyed: Any, deploy: Deploy, prefect: PrefectClient, prefect_api: str, toys: Any
) -> None:
    deployed = await deploy(toys.count)
    owner, stranger = keyed.key("crypto"), keyed.key("crypto")
    body = {"flow": deployed.name, "cron": "*/5 * * * *"}
    assert (await keyed.client.post("/api/v1/schedules", json=body, headers=owner)).status_code == 201
    await prefect.request("POST", f"/deployments/{deployed.id}/schedule", json={})
    chosen = {"flow_runs": {"deployment_id": {"any_": [str(deployed.id)]}}}
    made = {run["id"] for run in (await prefect.request("POST", "/flow_runs/filter", json=chosen)).json()}
    one = min(made)
    assert (await keyed.client.get(f"/api/v1/runs/{one}", headers=owner)).status_code == 200, "before it is tagged"
    assert (await keyed.client.get(f"/api/v1/runs/{one}", headers=stranger)).status_code == 404

    async with PrefectAccess.open(prefect_api, 20) as access:
        await tag_runs(access, datetime.now(UTC))
    listed = (await keyed.client.get("/api/v1/runs", headers=owner)).json()["runs"]
    assert {run["run_id"] for run in listed} == made
    assert (await keyed.client.get("/api/v1/runs", headers=stranger)).json()["runs"] == []
