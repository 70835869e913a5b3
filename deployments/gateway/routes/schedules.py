"""Schedules: runs that come by themselves."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from deployments.gateway.deps import CallerDep, ServicesDep
from deployments.gateway.problems import documented
from deployments.gateway.schedules import Schedule, Timing
from deployments.gateway.strict_json import StrictJsonRoute

router = APIRouter(prefix="/api/v1/schedules", tags=["Schedules"], route_class=StrictJsonRoute)


class ScheduleBody(Timing):
    """A schedule of a deployment."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={
            "examples": [
                {
                    "flow": "predict-price/interactive",
                    "request": {"symbol": "BTC", "timeframe": "1h", "prediction_horizon": 24},
                    "cron": "5 * * * *",
                    "timezone": "UTC",
                }
            ]
        },
    )

    flow: str = Field(
        min_length=1,
        max_length=200,
        description="A deployment's name, as `GET /api/v1/flows` lists it.",
        examples=["predict-price/interactive"],
    )
    request: dict[str, Any] = Field({}, description="What each run is asked for.", examples=[{"symbol": "BTC"}])
    active: bool = Field(True, description="Whether it makes runs from now on.")


class ScheduleChange(BaseModel):
    """Pausing and resuming."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"active": False}]})

    active: bool = Field(description="False pauses the schedule, true resumes it.")


class ScheduleList(BaseModel):
    """Schedules."""

    schedules: list[Schedule]


@router.post(
    "",
    summary="Schedule a deployment",
    status_code=201,
    responses=documented(400, 401, 403, 404, 413, 422, 429, 503),
)
async def create_schedule(body: ScheduleBody, services: ServicesDep, caller: CallerDep) -> Schedule:
    """A schedule by cron, interval or recurrence rule, in a time zone, with the request of its runs."""
    deployment = await services.catalogue.find(body.flow)
    await services.admission.check(caller, deployment, body.request)
    return await services.schedules.create(caller, deployment, body.request, body, active=body.active)


@router.get("", summary="List schedules", responses=documented(401, 429, 503))
async def list_schedules(services: ServicesDep, caller: CallerDep) -> ScheduleList:
    """The caller's schedules; an admin's key sees everyone's and those that ship with the project."""
    return ScheduleList(schedules=await services.schedules.listed(caller))


@router.patch(
    "/{schedule_id}",
    summary="Pause or resume a schedule",
    responses=documented(400, 401, 404, 413, 422, 429, 503),
)
async def change_schedule(
    schedule_id: Annotated[UUID, Path(description="Id of a schedule.")],
    body: ScheduleChange,
    services: ServicesDep,
    caller: CallerDep,
) -> Schedule:
    """A paused schedule keeps its timing and request; runs that it made but did not start are removed."""
    return await services.schedules.set_active(caller, schedule_id, active=body.active)
