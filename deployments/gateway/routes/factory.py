"""The Application Factory: from a sentence to an application that was seen to run."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict

from deployments.gateway.deps import CallerDep, RunDep, ServicesDep, TriggeringDep
from deployments.gateway.problems import documented
from deployments.gateway.result import result_if_kept
from deployments.gateway.routes.runs import RunList
from deployments.gateway.run import Accepted, Finished
from deployments.gateway.run_query import RunQuery
from deployments.gateway.strict_json import StrictJsonRoute
from deployments.gateway.trigger import Delivery
from deployments.gateway.triggering import TRIGGER_RESPONSES
from deployments.gateway.workflow import Workflow, stages_of
from factory_flows.application.request import BuildRequest
from factory_flows.application.result import ApplicationBuild
from factory_flows.brief import BriefRequest
from factory_flows.stages.architecture import ArchitectureRequest, ArchitectureStage
from factory_flows.stages.intent import IntentStage
from factory_flows.stages.specification import SpecificationRequest, SpecificationStage

router = APIRouter(prefix="/api/v1/factory", tags=["Application Factory"], route_class=StrictJsonRoute)

EXAMPLE: dict[str, Any] = {
    "description": "A web app for a library with FastAPI: members borrow books. Each book has a title, an author and "
    "an ISBN. Each loan belongs to a book and has a due date. Staff sign in.",
    "preferences": {"security": "high"},
}


class ProcessBody(BuildRequest, Delivery):
    """An application to build."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra={"examples": [EXAMPLE]})


class IntentBody(BriefRequest, Delivery):
    """Words to understand."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra={"examples": [EXAMPLE]})


class SpecificationBody(SpecificationRequest, Delivery):
    """Words or an intent to specify."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra={"examples": [EXAMPLE]})


class ArchitectureBody(ArchitectureRequest, Delivery):
    """A specification to lay out."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Built(Finished):
    """An application."""

    result: ApplicationBuild | None


class Understood(Finished):
    """An intent."""

    result: IntentStage | None


class Specified(Finished):
    """A specification."""

    result: SpecificationStage | None


class LaidOut(Finished):
    """An architecture."""

    result: ArchitectureStage | None


def _giving(finished: type[Finished]) -> dict[int | str, dict[str, Any]]:
    return {**TRIGGER_RESPONSES, 200: {**TRIGGER_RESPONSES[200], "model": finished}}


async def _start(flow: str, request: type[BaseModel], body: Delivery, triggering: TriggeringDep) -> Accepted | Finished:
    wanted = body.model_dump(mode="json", include=set(request.model_fields), exclude_unset=True)
    return await triggering.start(f"{flow}/interactive", wanted, body)


@router.post("/process", summary="Build an application", status_code=202, response_model=None, responses=_giving(Built))
async def process(body: ProcessBody, triggering: TriggeringDep) -> Accepted | Finished:
    """A sentence becomes an application that was installed, tested, started and fuzzed; the result has its zip.

    What can't be built ends with questions, or with violations that quote the sentence. Follow it as a workflow.
    """
    return await _start("build-application", BuildRequest, body, triggering)


@router.post(
    "/intent", summary="Understand a sentence", status_code=202, response_model=None, responses=_giving(Understood)
)
async def extract_intent(body: IntentBody, triggering: TriggeringDep) -> Accepted | Finished:
    """Entities, technologies wanted and refused, bounds and questions, each with its place in the words."""
    return await _start("extract-intent", BriefRequest, body, triggering)


@router.post(
    "/specification",
    summary="Specify an application",
    status_code=202,
    response_model=None,
    responses=_giving(Specified),
)
async def write_specification(body: SpecificationBody, triggering: TriggeringDep) -> Accepted | Finished:
    """From words or an intent: entities, relations, numbered requirements, guards; or what stands against it."""
    return await _start("write-specification", SpecificationRequest, body, triggering)


@router.post(
    "/architecture", summary="Lay an application out", status_code=202, response_model=None, responses=_giving(LaidOut)
)
async def design_architecture(body: ArchitectureBody, triggering: TriggeringDep) -> Accepted | Finished:
    """From a specification: layers and what they may import, components, interfaces, and why."""
    return await _start("design-architecture", ArchitectureRequest, body, triggering)


@router.get("/workflow/{run_id}", summary="How far a build is", responses=documented(401, 404, 422, 429, 503))
async def show_workflow(run: RunDep, services: ServicesDep) -> Workflow:
    """The stages of a build with their states, and where its zip is."""
    deployment = await services.catalogue.by_id(run.deployment_id)
    result = await result_if_kept(services.prefect, run) if run.state and run.state.is_completed() else None
    project = (result or {}).get("project") if isinstance(result, dict) else None
    return Workflow(
        run=services.view.full(run, deployment.name if deployment else None),
        stages=await stages_of(services.prefect, run),
        project=project["url"] if project else None,
    )


@router.get("/workflows", summary="The caller's builds", responses=documented(401, 422, 429, 503))
async def list_workflows(services: ServicesDep, caller: CallerDep, chosen: Annotated[RunQuery, Query()]) -> RunList:
    """Runs of the factory, the newest first."""
    found = await services.runs.listed(caller, chosen.model_copy(update={"capability": "factory"}))
    names = {one.id: one.name for one in await services.catalogue.all()}
    return RunList(
        runs=[
            services.view.full(run, names.get(run.deployment_id) if run.deployment_id else None)
            for run in found[: chosen.limit]
        ],
        next_offset=chosen.offset + chosen.limit if len(found) > chosen.limit else None,
    )
