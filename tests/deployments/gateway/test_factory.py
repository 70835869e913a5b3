"""The Application Factory over HTTP: stage by stage, as a workflow, and refused where nothing can come of it."""

import io
import zipfile
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from factory_flows.build_application import build_application
from factory_flows.stages.architecture import design_architecture
from factory_flows.stages.intent import extract_intent
from factory_flows.stages.specification import write_specification

pytestmark = [pytest.mark.gateway, pytest.mark.factory]

FACTORY = "/api/v1/factory"
WISH = {"description": "A notes app with FastAPI. Each note has a title and a text."}

Perform = Callable[..., Awaitable[Any]]


@pytest.fixture
async def deployed(deploy: Callable[..., Awaitable[Any]]) -> dict[str, Any]:
    flows = (build_application, extract_intent, write_specification, design_architecture)
    return {flow.name: await deploy(flow, capability="factory", name="interactive") for flow in flows}


async def finished(gateway: httpx.AsyncClient, perform: Perform, deployed: Any, path: str, body: Any) -> Any:
    answer = await gateway.post(f"{FACTORY}/{path}", json=body)
    assert answer.status_code == 202, answer.text
    await perform(deployed, answer.json()["run_id"])
    return (await gateway.get(f"/api/v1/runs/{answer.json()['run_id']}/result")).json()


async def test_a_build_is_followed_as_a_workflow_and_fetched(
    gateway: httpx.AsyncClient, perform: Perform, deployed: dict[str, Any]
) -> None:
    body = WISH | {"proof": "none", "preferences": {"title": "Notes"}}
    result = await finished(gateway, perform, deployed["build-application"], "process", body)
    assert result["outcome"] == "written"
    workflow = (await gateway.get(f"{FACTORY}/workflow/{result['run_id']}")).json()
    assert workflow["run"]["state"] == "Completed"
    stages = {stage["name"].rsplit("-", 1)[0] for stage in workflow["stages"]}
    assert {"extract-intent", "write-specification", "design-architecture"} <= stages
    assert {stage["state"] for stage in workflow["stages"]} == {"Completed"}
    fetched = await gateway.get(httpx.URL(workflow["project"]).raw_path.decode())
    assert fetched.status_code == 200
    assert "notes/backend/app/main.py" in zipfile.ZipFile(io.BytesIO(fetched.content)).namelist()
    listed = (await gateway.get(f"{FACTORY}/workflows")).json()
    assert listed["runs"][0]["run_id"] == result["run_id"], (
        "the newest first; other tests of this file have builds, too"
    )
    assert {run["capability"] for run in listed["runs"]} == {"factory"}


async def test_each_stage_takes_what_the_one_before_gave(
    gateway: httpx.AsyncClient, perform: Perform, deployed: dict[str, Any]
) -> None:
    intent = (await finished(gateway, perform, deployed["extract-intent"], "intent", WISH))["intent"]
    body = {"intent": intent, "preferences": {"security": "high"}}
    stage = await finished(gateway, perform, deployed["write-specification"], "specification", body)
    assert stage["specification"]["guards"]["auth"] is True
    laid_out = await finished(
        gateway,
        perform,
        deployed["design-architecture"],
        "architecture",
        {"specification": stage["specification"]},
    )
    assert laid_out["architecture"]["pattern"] == "layered"


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize(
    ("path", "wrong", "field"),
    [
        ("process", {"description": ""}, "description"),
        ("process", {}, "description"),
        ("process", WISH | {"preferences": {"backend": "cobol"}}, "backend"),
        ("process", WISH | {"preferences": {"coverage": 20}}, "coverage"),
        ("process", WISH | {"proof": "maybe"}, "proof"),
        ("intent", {"description": "x" * 20_001}, "description"),
        ("specification", {}, "either"),
        ("architecture", WISH, "specification"),
    ],
)
async def test_what_is_wrong_is_named_before_any_work(
    gateway: httpx.AsyncClient, path: str, wrong: dict[str, Any], field: str
) -> None:
    answer = await gateway.post(f"{FACTORY}/{path}", json=wrong)
    assert answer.status_code == 422
    assert field in answer.text


async def test_a_workflow_that_is_not_there(gateway: httpx.AsyncClient) -> None:
    answer = await gateway.get(f"{FACTORY}/workflow/00000000-0000-0000-0000-000000000000")
    assert answer.status_code == 404
