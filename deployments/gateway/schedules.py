"""Schedules of deployments, each with its request and its owner."""

import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.actions import DeploymentScheduleCreate
from prefect.client.schemas.objects import DeploymentSchedule
from prefect.client.schemas.schedules import SCHEDULE_TYPES, CronSchedule, IntervalSchedule, RRuleSchedule
from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from deployments.gateway.api_keys import Caller
from deployments.gateway.catalogue import Catalogue, FlowDeployment
from deployments.gateway.prefect_access import PrefectAccess
from deployments.gateway.problems import Problem, invalid, validation_problem
from tasks.run_owner import OWNED, owner_of_schedule

YEAR_SECONDS = 366 * 24 * 3600


class Timing(BaseModel):
    """When a schedule is due: exactly one of the three."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    cron: str | None = Field(None, min_length=9, max_length=100, description="Five fields.", examples=["5 * * * *"])
    interval_seconds: int | None = Field(
        None, ge=60, le=YEAR_SECONDS, description="Seconds from one run to the next.", examples=[3600]
    )
    rrule: str | None = Field(
        None, min_length=6, max_length=1000, description="RFC 5545 rule.", examples=["FREQ=WEEKLY;BYDAY=MO,TH"]
    )
    timezone: str = Field("UTC", min_length=1, max_length=64, description="IANA time zone.", examples=["Europe/Berlin"])

    @model_validator(mode="after")
    def _exactly_one(self) -> "Timing":
        if sum(value is not None for value in (self.cron, self.interval_seconds, self.rrule)) != 1:
            raise ValueError("give exactly one of cron, interval_seconds and rrule")
        if self.rrule and "SECONDLY" in self.rrule.upper():
            raise ValueError("a rule may be due once a minute at most")
        if self.cron and len(self.cron.split()) != 5:
            raise ValueError("cron has five fields: minute, hour, day of month, month, day of week")
        return self

    def prefect_schedule(self) -> SCHEDULE_TYPES:
        """The same as Prefect has it.

        Raises:
            Problem: 422, a rule or time zone that is none.
        """
        try:
            if self.cron is not None:
                return CronSchedule(cron=self.cron, timezone=self.timezone)
            if self.rrule is not None:
                return RRuleSchedule(rrule=self.rrule, timezone=self.timezone)
            return IntervalSchedule(interval=timedelta(seconds=self.interval_seconds or 0), timezone=self.timezone)
        except ValidationError as error:
            raise validation_problem([{**one, "loc": ("body", *one["loc"])} for one in error.errors()]) from None
        except Exception as error:  # noqa: BLE001 - dateutil raises all kinds of errors on a malformed rule
            raise invalid("/rrule", f"not a rule of RFC 5545: {str(error)[:200]}") from None


class Schedule(BaseModel):
    """A schedule of a deployment."""

    id: UUID = Field(description="Its id.")
    flow: str = Field(description="Deployment that it runs.", examples=["predict-price/interactive"])
    request: dict[str, Any] = Field(description="What each run is asked for.")
    active: bool = Field(description="Whether it makes runs; false while it is paused.")
    timing: dict[str, Any] = Field(description="cron, interval_seconds or rrule, and timezone.")
    owner: str | None = Field(description="Whose it is; null for those that ship with the project.")


class Schedules:
    """Creates, lists and pauses schedules."""

    def __init__(self, prefect: PrefectAccess, catalogue: Catalogue) -> None:
        self._prefect = prefect
        self._catalogue = catalogue

    async def create(
        self, caller: Caller, deployment: FlowDeployment, request: dict[str, Any], timing: Timing, *, active: bool
    ) -> Schedule:
        """A new schedule of the caller's.

        Raises:
            Problem: 404, the deployment was deleted; 422, Prefect refuses the timing.
        """
        slug = f"{caller.owner}{OWNED}{secrets.token_hex(6)}"
        wanted = DeploymentScheduleCreate(
            schedule=timing.prefect_schedule(), active=active, parameters={"request": request}, slug=slug
        )

        async def create(client: PrefectClient) -> DeploymentSchedule:
            for made in await client.read_deployment_schedules(deployment.id):
                if made.slug == slug:  # stored by an attempt whose answer was lost
                    return made
            return (await client.create_deployment_schedules(deployment.id, [wanted]))[0]

        try:
            return _shown(deployment, await self._prefect.call(create))
        except ObjectNotFound:
            raise Problem(404, f"{deployment.name} was deleted a moment ago.", kind="no-such-flow") from None
        except PrefectHTTPStatusError as error:
            raise Problem(422, f"Prefect refuses the schedule: {error.response.text[:500]}") from None

    async def listed(self, caller: Caller) -> list[Schedule]:
        """The caller's schedules; an admin sees all."""
        return [_shown(deployment, schedule) for deployment, schedule in await self._of(caller)]

    async def set_active(self, caller: Caller, schedule_id: UUID, *, active: bool) -> Schedule:
        """Pause or resume a schedule of the caller's.

        Raises:
            Problem: 404, there is none.
        """
        absent = Problem(404, f"There is no schedule {schedule_id} of yours.", kind="no-such-schedule")
        found = [pair for pair in await self._of(caller) if pair[1].id == schedule_id]
        if not found:
            raise absent
        [(deployment, stored)] = found
        try:
            await self._prefect.call(
                # the server empties the parameters of a schedule that is changed without them
                lambda client: client.update_deployment_schedule(
                    deployment.id, schedule_id, active=active, parameters=stored.parameters
                )
            )
        except ObjectNotFound:
            raise absent from None
        return _shown(deployment, stored.model_copy(update={"active": active}))

    async def _of(self, caller: Caller) -> list[tuple[FlowDeployment, DeploymentSchedule]]:
        return [
            (deployment, schedule)
            for deployment in await self._catalogue.all(fresh=True)
            for schedule in deployment.schedules
            if caller.is_admin or owner_of_schedule(schedule.slug) == caller.owner
        ]


def _shown(deployment: FlowDeployment, schedule: DeploymentSchedule) -> Schedule:
    return Schedule(
        id=schedule.id,
        flow=deployment.name,
        request=schedule.parameters.get("request") or deployment.defaults.get("request") or {},
        active=schedule.active,
        timing=_timing(schedule.schedule),
        owner=owner_of_schedule(schedule.slug),
    )


def _timing(schedule: SCHEDULE_TYPES) -> dict[str, Any]:
    match schedule:
        case CronSchedule():
            return {"cron": schedule.cron, "timezone": schedule.timezone or "UTC"}
        case IntervalSchedule():
            return {
                "interval_seconds": int(schedule.interval.total_seconds()),
                "timezone": schedule.timezone or "UTC",
            }
        case RRuleSchedule():
            return {"rrule": schedule.rrule, "timezone": schedule.timezone or "UTC"}
        case _:
            return {}
