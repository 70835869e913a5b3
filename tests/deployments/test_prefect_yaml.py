"""A deployment cannot vanish or change unnoticed: a snapshot of everything that prefect.yaml declares."""

import inspect
from typing import Any

import pytest
from prefect.flows import Flow, load_flow_from_entrypoint
from prefect.utilities.callables import parameter_schema
from syrupy.assertion import SnapshotAssertion

from deployments.stack.work_pools import POOLS, PRIORITIES, declared_deployments, interactive_queues

DEPLOYMENTS = {f"{d['entrypoint']}@{d['name']}": d for d in declared_deployments()}


def flow_of(deployment: dict[str, Any]) -> Flow[..., Any]:
    return load_flow_from_entrypoint(deployment["entrypoint"], use_placeholder_flow=False)


def schema_of(flow: Flow[..., Any]) -> dict[str, Any]:
    return parameter_schema(flow).model_dump(mode="json")


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_deployment_is_as_recorded(name: str, snapshot: SnapshotAssertion):
    deployment = DEPLOYMENTS[name]
    flow = flow_of(deployment)
    assert {
        "name": f"{flow.name}/{deployment['name']}",
        "entrypoint": deployment["entrypoint"],
        "pool": deployment["work_pool"],
        "schedules": deployment.get("schedules", []),
        "tags": deployment["tags"],
        "parameters": deployment.get("parameters", {}),
        "parameter_schema": schema_of(flow),
    } == snapshot


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_a_flow_has_one_parameter_and_its_form_is_documented(name: str):
    flow = flow_of(DEPLOYMENTS[name])
    assert list(inspect.signature(flow.fn).parameters) == ["request"]
    assert not flow.isasync
    schema = schema_of(flow)
    request = schema["definitions"][schema["properties"]["request"]["$ref"].rpartition("/")[2]]
    undocumented = [field for field, shape in request["properties"].items() if not shape.get("description")]
    assert undocumented == []


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_its_queue_exists(name: str):
    pool = DEPLOYMENTS[name]["work_pool"]
    assert pool["name"] in POOLS
    assert pool["name"] != "interactive" or pool["work_queue_name"] in interactive_queues()


def test_every_family_has_three_queues_and_high_is_served_first():
    queues = interactive_queues()
    families = len(queues) // len(PRIORITIES)
    served = [queue.rpartition("-")[2] for queue in queues]
    assert served == [priority for priority in PRIORITIES for _ in range(families)]


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_schedules_are_off_until_someone_turns_them_on(name: str):
    assert all(schedule["active"] is False for schedule in DEPLOYMENTS[name].get("schedules", []))
