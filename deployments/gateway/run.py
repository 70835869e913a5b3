"""A run, as the gateway shows it."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from prefect.client.schemas.objects import FlowRun, State, StateType
from pydantic import BaseModel, Field

from tasks.run_owner import owner_of

StateName = Literal[
    "Scheduled", "Pending", "Running", "Completed", "Failed", "Cancelled", "Crashed", "Paused", "Cancelling"
]

MESSAGE_LIMIT = 2000


class Links(BaseModel):
    """Where to go on from here."""

    self: str = Field(description="The run.")
    result: str = Field(description="What it made, once it is Completed.")
    events: str = Field(description="Its states and progress as server-sent events.")
    ui: str = Field(description="Its page in the Prefect UI.")


class Accepted(BaseModel):
    """A run that Prefect has stored."""

    run_id: UUID = Field(description="Id of the run, of its links and of its assets.")
    capability: str | None = Field(description="What it belongs to.", examples=["crypto"])
    state: StateName = Field(description="Where it stands.", examples=["Scheduled"])
    links: Links


class Finished(Accepted):
    """A run that ended while the request waited."""

    message: str | None = Field(description="What its state says, such as why it failed.")
    result: Any = Field(description="What it made; null unless it is Completed.")


class Run(Accepted):
    """A run in full."""

    flow: str | None = Field(description="Deployment it was triggered from.", examples=["predict-price/interactive"])
    name: str = Field(description="Name on its page in the Prefect UI.", examples=["bold-otter"])
    state_name: str = Field(description="Prefect's own name of the state, such as Late or Retrying.")
    is_final: bool = Field(description="Whether the state is the last one.")
    message: str | None = Field(description="What the state says, such as why the run failed.")
    priority: str | None = Field(description="Priority it was queued with.", examples=["normal"])
    owner: str | None = Field(description="Whose run it is.", examples=["local"])
    progress: float | None = Field(None, ge=0, le=100, description="Percent done, for flows that say so.")
    parent_run_id: UUID | None = Field(None, description="Run that started this one.")
    created: datetime | None = Field(description="When it was stored.")
    started: datetime | None = Field(description="When it first ran.")
    ended: datetime | None = Field(description="When it reached its last state.")


class RunView:
    """Shows Prefect's flow runs as ours."""

    def __init__(self, gateway_url: str, ui_url: str) -> None:
        self._gateway_url = gateway_url
        self._ui_url = ui_url

    def links(self, run_id: UUID) -> Links:
        """A run's addresses."""
        path = f"{self._gateway_url}/api/v1/runs/{run_id}"
        return Links(
            self=path, result=f"{path}/result", events=f"{path}/events", ui=f"{self._ui_url}/runs/flow-run/{run_id}"
        )

    def accepted(self, run: FlowRun) -> Accepted:
        """A run as a trigger answers it."""
        return Accepted(
            run_id=run.id, capability=tagged(run, "capability"), state=state_of(run.state), links=self.links(run.id)
        )

    def finished(self, run: FlowRun, result: Any) -> Finished:
        """A run that has ended, with its result."""
        return Finished(**self.accepted(run).model_dump(), message=message_of(run.state), result=result)

    def full(
        self, run: FlowRun, flow: str | None, *, progress: float | None = None, parent_run_id: UUID | None = None
    ) -> Run:
        """A run in full."""
        return Run(
            **self.accepted(run).model_dump(),
            flow=flow,
            name=run.name,
            state_name=run.state.name or "" if run.state else "Scheduled",
            is_final=is_final(run),
            message=message_of(run.state),
            priority=tagged(run, "priority"),
            owner=owner_of(run),
            progress=progress,
            parent_run_id=parent_run_id,
            created=run.created,
            started=run.start_time,
            ended=run.end_time,
        )


def tagged(run: FlowRun, name: str) -> str | None:
    """Value of the run's tag `name:value`."""
    return next((tag.partition(":")[2] for tag in sorted(run.tags) if tag.startswith(f"{name}:")), None)


def state_of(state: State[Any] | None) -> StateName:
    """The state as the gateway names it."""
    names: dict[StateType, StateName] = {
        StateType.SCHEDULED: "Scheduled",
        StateType.PENDING: "Pending",
        StateType.RUNNING: "Running",
        StateType.COMPLETED: "Completed",
        StateType.FAILED: "Failed",
        StateType.CANCELLED: "Cancelled",
        StateType.CRASHED: "Crashed",
        StateType.PAUSED: "Paused",
        StateType.CANCELLING: "Cancelling",
    }
    return "Scheduled" if state is None else names[state.type]


def is_final(run: FlowRun) -> bool:
    """Whether the run has ended."""
    return run.state is not None and run.state.is_final()


def message_of(state: State[Any] | None) -> str | None:
    """What a state says, without a traceback."""
    if state is None or not state.message:
        return None
    return state.message.partition("Traceback (most recent call last)")[0].strip()[:MESSAGE_LIMIT] or None
