"""POST /api/v1/runs/{id}/approval: answers to suspended runs, on a real Prefect server."""

import contextlib
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import httpx
import pytest
from prefect import flow
from prefect.client.orchestration import PrefectClient
from prefect.exceptions import Pause
from prefect.flow_runs import suspend_flow_run
from pydantic import BaseModel, ConfigDict

from deployments.gateway.approvals import Approvals
from deployments.gateway.prefect_access import PrefectAccess
from tasks.portfolio.approval import GRACE_SECONDS, KEY, Approval
from tests.deployments.gateway.conftest import Keyed

pytestmark = pytest.mark.gateway

Deploy = Callable[..., Awaitable[Any]]
Perform = Callable[..., Awaitable[Any]]


class Question(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    seconds: int = GRACE_SECONDS + 600
    key: str = KEY


class Answer(BaseModel):
    approve: bool
    note: str


@flow(name="gateway-ask", persist_result=True, result_serializer="json")
def ask(request: Question) -> Answer:
    """Ask, and say what was answered."""
    given = suspend_flow_run(wait_for_input=Approval, key=request.key, timeout=request.seconds)
    return Answer(approve=given.approve, note=given.note)


@pytest.fixture
def proceed(perform: Perform) -> Perform:
    """Runs a stored run until it ends or is suspended."""

    async def until_it_waits(deployed: Any, run_id: str) -> None:
        with contextlib.suppress(Pause):
            await perform(deployed, run_id)

    return until_it_waits


@pytest.fixture
async def asked(gateway: httpx.AsyncClient, deploy: Deploy, proceed: Perform) -> tuple[Any, str]:
    """A deployment, and a run of it that waits."""
    deployed = await deploy(ask)
    run_id = (await gateway.post("/api/v1/runs", json={"flow": deployed.name})).json()["run_id"]
    await proceed(deployed, run_id)
    shown = (await gateway.get(f"/api/v1/runs/{run_id}")).json()
    assert (shown["state"], shown["state_name"]) == ("Paused", "Suspended")
    return deployed, run_id


@pytest.mark.parametrize("approve", [True, False])
async def test_the_answer_reaches_the_run(
    gateway: httpx.AsyncClient, asked: tuple[Any, str], proceed: Perform, approve: bool
) -> None:
    deployed, run_id = asked
    answer = await gateway.post(f"/api/v1/runs/{run_id}/approval", json={"approve": approve, "note": "naïve ✓"})
    assert answer.status_code == 202, answer.text
    assert answer.json() == {"run_id": run_id, "state": "Scheduled", "approve": approve}
    await proceed(deployed, run_id)
    result = await gateway.get(f"/api/v1/runs/{run_id}/result")
    assert result.json() == {"approve": approve, "note": "naïve ✓"}


async def test_an_answer_counts_once(gateway: httpx.AsyncClient, asked: tuple[Any, str], proceed: Perform) -> None:
    deployed, run_id = asked
    address = f"/api/v1/runs/{run_id}/approval"
    assert (await gateway.post(address, json={"approve": True})).status_code == 202
    assert (await gateway.post(address, json={"approve": True})).status_code == 202, "a repeat changes nothing"
    other = await gateway.post(address, json={"approve": False})
    assert (other.status_code, other.json()["type"]) == (409, "urn:aiflows:not-waiting")
    await proceed(deployed, run_id)
    late = await gateway.post(address, json={"approve": False})
    assert late.status_code == 409
    assert "has ended" in late.json()["detail"]
    assert (await gateway.get(f"/api/v1/runs/{run_id}/result")).json()["approve"] is True


async def test_only_a_run_that_waits_can_be_answered(
    gateway: httpx.AsyncClient, deploy: Deploy, proceed: Perform
) -> None:
    deployed = await deploy(ask)
    run_id = (await gateway.post("/api/v1/runs", json={"flow": deployed.name, "request": {"key": "other"}})).json()[
        "run_id"
    ]
    address = f"/api/v1/runs/{run_id}/approval"
    early = await gateway.post(address, json={"approve": True})
    assert (early.status_code, early.json()["state"]) == (409, "Scheduled")
    await proceed(deployed, run_id)
    other = await gateway.post(address, json={"approve": True})
    assert (other.status_code, other.json()["state"]) == (409, "Paused"), "it waits for something else"
    missing = await gateway.post("/api/v1/runs/00000000-0000-0000-0000-000000000001/approval", json={"approve": True})
    assert missing.status_code == 404


async def test_what_is_no_answer_is_refused(gateway: httpx.AsyncClient, asked: tuple[Any, str]) -> None:
    yes = {"approve": True}
    for body in ({}, {"approve": "yes"}, {"approve": 1}, {"approve": None}, {**yes, "note": "x" * 501}, {"no": True}):
        assert (await gateway.post(f"/api/v1/runs/{asked[1]}/approval", json=body)).status_code == 422, body
    assert (await gateway.get(f"/api/v1/runs/{asked[1]}")).json()["state"] == "Paused"


async def test_only_its_owner_may_answer(keyed: Keyed, deploy: Deploy, proceed: Perform) -> None:
    deployed = await deploy(ask)
    owner, stranger, admin = keyed.key("crypto"), keyed.key("crypto"), keyed.key("admin")
    body = {"flow": deployed.name}
    run_id = (await keyed.client.post("/api/v1/runs", json=body, headers=owner)).json()["run_id"]
    await proceed(deployed, run_id)
    address = f"/api/v1/runs/{run_id}/approval"
    assert (await keyed.client.post(address, json={"approve": True}, headers=stranger)).status_code == 404
    assert (await keyed.client.post(address, json={"approve": True})).status_code == 401
    assert (await keyed.client.get(f"/api/v1/runs/{run_id}", headers=owner)).json()["state"] == "Paused"
    assert (await keyed.client.post(address, json={"approve": True}, headers=admin)).status_code == 202


async def test_runs_that_waited_in_vain_go_on_to_their_end(
    gateway: httpx.AsyncClient, deploy: Deploy, proceed: Perform, prefect: PrefectClient, prefect_api: str
) -> None:
    deployed = await deploy(ask)
    runs = []
    for request in ({"seconds": GRACE_SECONDS - 60}, {}, {"seconds": GRACE_SECONDS - 60, "key": "other"}):
        body = {"flow": deployed.name, "request": request}
        runs.append((await gateway.post("/api/v1/runs", json=body)).json()["run_id"])
        await proceed(deployed, runs[-1])
    over, waiting, other = runs
    async with PrefectAccess.open(prefect_api, 20) as access:
        await Approvals(access).expire()  # unless another gateway of this server has been quicker
    states = {run: (await prefect.read_flow_run(UUID(run))).state_name for run in runs}
    assert states == {over: "Resuming", waiting: "Suspended", other: "Suspended"}
    await proceed(deployed, over)
    result = await gateway.get(f"/api/v1/runs/{over}/result")
    assert result.json() == {"approve": False, "note": "Nobody answered in time."}
