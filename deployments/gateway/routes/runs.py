"""Runs: trigger, list, look at, follow, cancel."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from deployments.gateway.deps import (
    CallerDep,
    LastEventId,
    Limit,
    Offset,
    RunDep,
    ServicesDep,
    TriggeringDep,
    WaitDep,
)
from deployments.gateway.problems import documented
from deployments.gateway.result import read_result
from deployments.gateway.run import Accepted, Finished, Run, StateName
from deployments.gateway.run_query import RunQuery
from deployments.gateway.run_stream import EventStream, RunStream
from deployments.gateway.strict_json import StrictJsonRoute
from deployments.gateway.trigger import Delivery
from deployments.gateway.triggering import TRIGGER_RESPONSES

router = APIRouter(prefix="/api/v1/runs", tags=["Runs"], route_class=StrictJsonRoute)

OF_ONE_RUN = documented(401, 404, 422, 429, 503)


class RunBody(Delivery):
    """A run of any deployment."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "flow": "predict-price/interactive",
                    "request": {"symbol": "BTC", "timeframe": "1h", "prediction_horizon": 24},
                    "priority": "low",
                }
            ]
        },
    )

    flow: str = Field(
        min_length=1,
        max_length=200,
        description="A deployment's name, as `GET /api/v1/flows` lists it; its flow's name alone where that is unique.",
        examples=["predict-price/interactive"],
    )
    request: dict[str, Any] = Field(
        {}, description="The flow's request; its schema is in `GET /api/v1/flows`.", examples=[{"symbol": "ETH"}]
    )


class RunList(BaseModel):
    """A page of runs."""

    runs: list[Run] = Field(description="The newest first.")
    next_offset: int | None = Field(description="`offset` of the next page; null on the last.")


class LogRecord(BaseModel):
    """One line of a run's log."""

    timestamp: datetime
    level: int = Field(description="As Python's logging has it: 20 is INFO, 40 is ERROR.", examples=[20])
    logger: str = Field(examples=["prefect.flow_runs"])
    message: str


class LogPage(BaseModel):
    """A page of a run's log."""

    logs: list[LogRecord] = Field(description="The oldest first.")
    next_offset: int | None = Field(description="`offset` of the next page; null on the last.")


class Cancelled(BaseModel):
    """What was asked to stop."""

    run_id: UUID
    state: StateName = Field(description="Cancelling until its worker has stopped it, then Cancelled.")
    cancelled: list[UUID] = Field(description="The runs that were asked to stop, children before their parents.")


@router.post("", summary="Run any deployment", status_code=202, responses=TRIGGER_RESPONSES)
async def start_run(body: RunBody, triggering: TriggeringDep) -> Accepted | Finished:
    """Trigger any deployment that the key's scopes allow: predictions, training, backtests, ….

    The request is checked against the deployment's schema first. 202 means that the run is stored: it survives the
    gateway, the workers and the server being restarted.
    """
    return await triggering.start(body.flow, body.request, body)


@router.get("", summary="List runs", responses=documented(401, 422, 429, 503))
async def list_runs(services: ServicesDep, caller: CallerDep, chosen: Annotated[RunQuery, Query()]) -> RunList:
    """The caller's runs (an admin's key sees everyone's), the newest first."""
    found = await services.runs.listed(caller, chosen)
    names = {one.id: one.name for one in await services.catalogue.all()}
    return RunList(
        runs=[
            services.view.full(run, names.get(run.deployment_id) if run.deployment_id else None)
            for run in found[: chosen.limit]
        ],
        next_offset=chosen.offset + chosen.limit if len(found) > chosen.limit else None,
    )


@router.get("/{run_id}", summary="State, progress and links of a run", responses=OF_ONE_RUN)
async def show_run(run: RunDep, services: ServicesDep) -> Run:
    """Where a run stands."""
    deployment = await services.catalogue.by_id(run.deployment_id)
    return services.view.full(
        run,
        deployment.name if deployment else None,
        progress=await services.runs.progress(run.id),
        parent_run_id=await services.runs.parent(run),
    )


@router.get("/{run_id}/result", summary="What a run made", responses=OF_ONE_RUN | documented(409))
async def show_result(run: RunDep, services: ServicesDep, wait: WaitDep, response: Response) -> Any:
    """The result of a Completed run: its request, assets, rows and provenance with what the capability adds.

    409 while it is not there, with the state and, for a failed run, the reason. `Prefer: wait=N` waits for the end.
    """
    if wait is not None:
        response.headers["Preference-Applied"] = f"wait={wait}"
        run = await services.runs.wait(run, wait)
    return await read_result(services.prefect, run)


@router.get("/{run_id}/logs", summary="A run's log", responses=OF_ONE_RUN)
async def show_logs(run: RunDep, services: ServicesDep, limit: Limit = 100, offset: Offset = 0) -> LogPage:
    """What the run's flow and tasks logged."""
    records = await services.runs.logs(run.id, limit=limit + 1, offset=offset)
    page = records[:limit]
    return LogPage(
        logs=[
            LogRecord(timestamp=one.timestamp, level=one.level, logger=one.name, message=one.message) for one in page
        ],
        next_offset=offset + limit if len(records) > limit else None,
    )


@router.get(
    "/{run_id}/events",
    summary="A run's states and progress, live",
    response_class=EventStream,
    responses=OF_ONE_RUN
    | {
        200: {
            "description": "Server-sent events: `state` for each state, `progress` (percent), `log` (with `logs`), "
            "and `end` with the run once it is final; then the stream ends.",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        }
    },
)
async def follow_run(
    run: RunDep,
    services: ServicesDep,
    logs: Annotated[bool, Query(description="Send log records as well.")] = False,
    last_event_id: LastEventId = None,
) -> Response:
    """Server-sent events until the run is final. A client that comes back with `Last-Event-ID` misses nothing."""
    stream = RunStream(services.runs, services.changes, services.prefect, services.view, with_logs=logs)
    return EventStream(
        stream.events(run, last_event_id), headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    )


@router.post("/{run_id}/cancel", summary="Cancel a run and its children", status_code=202, responses=OF_ONE_RUN)
async def cancel_run(run: RunDep, services: ServicesDep, caller: CallerDep) -> Cancelled:
    """Stop a run: first its children, however deep, then itself. Cancelling what has ended changes nothing."""
    cancelled = await services.cancellation.cancel(run)
    run = await services.runs.read(run.id, caller)
    return Cancelled(run_id=run.id, state=services.view.accepted(run).state, cancelled=cancelled)
