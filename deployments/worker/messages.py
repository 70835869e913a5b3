"""What a worker and its executor processes say to each other: JSON over a pipe, never a pickle."""

from typing import Annotated, Literal
from uuid import UUID

from prefect.client.schemas.objects import FlowRun, State
from pydantic import BaseModel, Field, TypeAdapter


class Assignment(BaseModel):
    """Run this."""

    kind: Literal["run"] = "run"
    flow_run: FlowRun
    entrypoint: str
    env: dict[str, str] = {}


class Cancellation(BaseModel):
    """Stop this run; let its `on_cancellation` hooks run. `forced`: it had its time."""

    kind: Literal["cancel"] = "cancel"
    flow_run_id: UUID
    forced: bool = False


class Suspension(BaseModel):
    """This run was suspended from outside: let it stop at its next boundary."""

    kind: Literal["suspend"] = "suspend"
    flow_run_id: UUID
    state: State


class Retirement(BaseModel):
    """End when nothing runs, after sending what is still buffered."""

    kind: Literal["retire"] = "retire"


Order = Assignment | Cancellation | Suspension | Retirement


class Ready(BaseModel):
    """The process can run flows. `problems`: modules that could not be imported, and why."""

    kind: Literal["ready"] = "ready"
    problems: list[str] = []


class Finished(BaseModel):
    """A run has left the process. `worn`: why the process should be replaced although it lives."""

    kind: Literal["finished"] = "finished"
    flow_run_id: UUID
    settled: bool
    problem: str = ""
    hopeless: bool = False
    worn: str = ""
    memory_mb: float = 0


Report = Ready | Finished

ORDER: TypeAdapter[Order] = TypeAdapter(Annotated[Order, Field(discriminator="kind")])
REPORT: TypeAdapter[Report] = TypeAdapter(Annotated[Report, Field(discriminator="kind")])
