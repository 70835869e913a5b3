"""A build of an application as its stages."""

from datetime import UTC, datetime
from typing import Final

from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
from prefect.client.schemas.objects import FlowRun, TaskRun
from pydantic import BaseModel, Field

from deployments.gateway.prefect_access import PrefectAccess
from deployments.gateway.run import Run, StateName, state_of

_LATEST: Final = datetime.max.replace(tzinfo=UTC)  # of a step that is not due yet


class Stage(BaseModel):
    """One step of a build."""

    name: str = Field(examples=["write-specification"])
    state: StateName = Field(examples=["Completed"])
    started: datetime | None
    ended: datetime | None


class Workflow(BaseModel):
    """A build, and how far it is."""

    run: Run
    stages: list[Stage] = Field(description="In the order in which they began.")
    project: str | None = Field(description="Address of the zip; null while there is none.")


async def stages_of(prefect: PrefectAccess, run: FlowRun) -> list[Stage]:
    """The steps that a build has taken so far; those of its last try, where its worker died and it began again."""
    chosen = FlowRunFilter(id=FlowRunFilterId(any_=[run.id]))
    steps = await prefect.call(lambda client: client.read_task_runs(flow_run_filter=chosen, limit=200))
    last = max((step.flow_run_run_count for step in steps), default=0)
    begun = sorted((step for step in steps if step.flow_run_run_count == last), key=_due)
    return [_stage(step) for step in begun]


def _due(step: TaskRun) -> datetime:
    return step.start_time or step.expected_start_time or _LATEST


def _stage(step: TaskRun) -> Stage:
    return Stage(name=step.name, state=state_of(step.state), started=step.start_time, ended=step.end_time)
