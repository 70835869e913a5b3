"""Cancelling families of runs."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import httpx
import pytest
from prefect.client.orchestration import PrefectClient
from prefect.states import Running, Scheduled

pytestmark = pytest.mark.gateway


async def test_children_are_cancelled_before_their_parents(
    gateway: httpx.AsyncClient, deploy: Callable[..., Awaitable[Any]], prefect: PrefectClient, toys: Any
) -> None:
    deployed = await deploy(toys.count)
    parent = UUID((await gateway.post("/api/v1/runs", json={"flow": deployed.name})).json()["run_id"])
    await prefect.set_flow_run_state(parent, Running())
    task = await prefect.create_task_run(toys_task(), parent, dynamic_key="0", state=Scheduled())
    nested = await prefect.create_flow_run_from_deployment(
        deployed.id, parameters={"request": {}}, parent_task_run_id=task.id
    )
    tagged = await prefect.create_flow_run_from_deployment(
        deployed.id, parameters={"request": {}}, tags=[f"parent:{parent}"]
    )
    grandchild = await prefect.create_flow_run_from_deployment(
        deployed.id, parameters={"request": {}}, tags=[f"parent:{tagged.id}"]
    )
    finished = await prefect.create_flow_run_from_deployment(
        deployed.id, parameters={"request": {}}, tags=[f"parent:{parent}"]
    )
    await prefect.set_flow_run_state(finished.id, completed(), force=True)

    answer = await gateway.post(f"/api/v1/runs/{parent}/cancel")
    assert answer.status_code == 202
    order = [UUID(one) for one in answer.json()["cancelled"]]
    assert set(order) == {parent, nested.id, tagged.id, grandchild.id}
    assert order.index(grandchild.id) < order.index(tagged.id) < order.index(parent)
    assert order[-1] == parent
    assert answer.json()["state"] == "Cancelling"
    states = {run: (await prefect.read_flow_run(run)).state_name for run in order}
    assert states == {parent: "Cancelling", nested.id: "Cancelled", tagged.id: "Cancelled", grandchild.id: "Cancelled"}
    listed = (await gateway.get("/api/v1/runs", params={"parent": str(parent)})).json()["runs"]
    assert {run["run_id"] for run in listed} == {str(tagged.id), str(finished.id)}
    shown = (await gateway.get(f"/api/v1/runs/{nested.id}")).json()
    assert shown["parent_run_id"] == str(parent)
    assert (await gateway.get(f"/api/v1/runs/{grandchild.id}")).json()["parent_run_id"] == str(tagged.id)


async def test_cancelling_what_has_ended_changes_nothing(
    gateway: httpx.AsyncClient,
    deploy: Callable[..., Awaitable[Any]],
    perform: Callable[..., Awaitable[Any]],
    toys: Any,
) -> None:
    deployed = await deploy(toys.count)
    run_id = (await gateway.post("/api/v1/runs", json={"flow": deployed.name})).json()["run_id"]
    await perform(deployed, run_id)
    answer = await gateway.post(f"/api/v1/runs/{run_id}/cancel")
    assert (answer.status_code, answer.json()["cancelled"], answer.json()["state"]) == (202, [], "Completed")


def toys_task() -> Any:
    from prefect import task

    @task
    def placeholder() -> None:
        """Stand for a child in its parent."""

    return placeholder


def completed() -> Any:
    from prefect.states import Completed

    return Completed()
