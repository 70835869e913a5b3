"""Several capabilities in one request, side by side unless one needs another."""

from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any, Literal, Self, cast

from prefect import Flow, flow
from prefect.client.schemas.objects import State
from prefect.runtime import deployment as current_deployment
from prefect.states import Cancelled, Completed
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from factory_flows.application.request import BuildRequest
from factory_flows.build_application import build_application
from flows.crypto.prediction import PricePredictionRequest, predict_price
from flows.form import in_declared_order
from flows.fraud.transactions import TransactionAnalysisRequest, analyze_transactions
from flows.image.generation import generate_image
from flows.image.request import ImageRequest
from flows.video.generation import generate_video
from flows.video.request import VideoRequest
from tasks.orchestration.child import Cancelling
from tasks.orchestration.inline_children import Call
from tasks.orchestration.params import check_params, check_resolved, invalid, refuse_size
from tasks.orchestration.references import referenced_tasks
from tasks.orchestration.run_steps import run_steps
from tasks.orchestration.schedule import Ended, Step
from tasks.orchestration.summary import show_summary
from tasks.run import run_id

MOST_TASKS = 50


@dataclass(frozen=True)
class TaskType:
    """What a task type stands for: a capability's flow, its request and its deployment."""

    capability: str
    flow: Flow[..., Any]
    request: type[BaseModel]

    @property
    def deployment(self) -> str:
        """Name of the deployment that a worker runs."""
        return f"{self.flow.name}/interactive"

    def call(self, name: str, request: dict[str, Any]) -> State[Any]:
        """The final state of the flow, run in this process under a name."""
        named = self.flow.with_options(flow_run_name=name)
        return cast("State[Any]", named(self.request.model_validate(request), return_state=True))


TASK_TYPES = {
    "crypto_prediction": TaskType("crypto", predict_price, PricePredictionRequest),
    "fraud_detection": TaskType("fraud", analyze_transactions, TransactionAnalysisRequest),
    "image_generation": TaskType("image", generate_image, ImageRequest),
    "video_generation": TaskType("video", generate_video, VideoRequest),
    "application_factory": TaskType("factory", build_application, BuildRequest),
}


class OrchestrationTask(BaseModel):
    """One task: a capability and what to ask of it."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=in_declared_order)

    id: str = Field(
        "",
        pattern=r"^([a-z0-9][a-z0-9_-]{0,39})?$",
        description="Name by which other tasks refer to this one; task-1, task-2, … where none is given.",
        examples=["forecast"],
    )
    type: str = Field(
        description=f"What to run: {', '.join(TASK_TYPES)}.",
        examples=["crypto_prediction"],
        json_schema_extra={"enum": list(TASK_TYPES)},
    )
    params: dict[str, Any] = Field(
        default_factory=dict,
        description='The capability\'s request. A value may be taken from an earlier task: {"$from": '
        '"/tasks/forecast/result/last_close"}.',
        examples=[{"symbol": "ETH"}],
    )
    depends_on: tuple[str, ...] = Field(
        (),
        max_length=MOST_TASKS,
        description="Ids of tasks that must complete first; those that params refer to are added by themselves.",
        examples=[["forecast"]],
    )

    @field_validator("type")
    @classmethod
    def _known_type(cls, name: str) -> str:
        if name not in TASK_TYPES:
            raise invalid((), f"unknown type {name!r}; available: {', '.join(TASK_TYPES)}")
        return name

    @model_validator(mode="after")
    def _params_fit(self) -> Self:
        """Check params as far as they are known now: a value from another task's result is checked when it is there."""
        check_params(self.params, TASK_TYPES[self.type].request)
        return self


class OrchestrationRequest(BaseModel):
    """Several tasks, run side by side unless one needs another."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=in_declared_order)

    tasks: tuple[OrchestrationTask, ...] = Field(
        max_length=MOST_TASKS,
        description=f"1 to {MOST_TASKS} tasks.",
        examples=[[{"type": "crypto_prediction", "params": {"symbol": "ETH"}}]],
        json_schema_extra={"minItems": 1},  # pydantic's own says "not 0" beside every error in a task
    )
    priority: Literal["high", "normal", "low"] = Field(
        "normal", description="Which of the queues the tasks wait in.", examples=["high"]
    )

    @field_validator("tasks")
    @classmethod
    def _named(cls, tasks: tuple[OrchestrationTask, ...]) -> tuple[OrchestrationTask, ...]:
        """Give every task an id, and see that they can be put in an order."""
        if not tasks:
            raise invalid((), "give at least one task")
        named = tuple(task.model_copy(update={"id": task.id or f"task-{n}"}) for n, task in enumerate(tasks, 1))
        ids = [task.id for task in named]
        for index, task in enumerate(named):
            if task.id in ids[:index]:
                raise invalid((index, "id"), f"more than one task is called {task.id}")
            if unknown := sorted(needs_of(task) - set(ids)):
                field = "depends_on" if unknown[0] in task.depends_on else "params"
                raise invalid((index, field), f"there is no task {unknown[0]}; the tasks are {', '.join(ids)}")
        try:
            TopologicalSorter({task.id: needs_of(task) for task in named}).prepare()
        except CycleError as error:
            raise invalid((), f"tasks wait for each other: {' -> '.join(error.args[1])}") from None
        refuse_size([task.params for task in named])
        return named


class TaskOutcome(BaseModel):
    """How one task ended."""

    model_config = ConfigDict(frozen=True)

    id: str = Field(description="The task's id.", examples=["forecast"])
    type: str = Field(description="What it ran.", examples=["crypto_prediction"])
    state: Literal["completed", "failed", "crashed", "cancelled", "skipped"] = Field(
        description="How it ended; skipped, where a task that it needs did not complete."
    )
    run_id: str | None = Field(description="The task's own run; null where it was never started.")
    result: Any = Field(description="What it made, as that capability's own route gives it; null unless completed.")
    error: str | None = Field(description="Why it did not complete; null where it did.")
    seconds: float | None = Field(description="How long it ran; null where it was never started.")


class Orchestration(BaseModel):
    """Every task's outcome; one that fails does not hide the others."""

    model_config = ConfigDict(frozen=True)

    run_id: str = Field(description="The flow run.")
    outcome: Literal["succeeded", "partial", "failed"] = Field(description="Whether all, some or no tasks completed.")
    tasks: tuple[TaskOutcome, ...] = Field(description="In the order of the request.")


def needs_of(task: OrchestrationTask) -> frozenset[str]:
    """Ids of the tasks that must complete first: those named, and those that params refer to."""
    return frozenset((*task.depends_on, *referenced_tasks(task.params)))


@flow(
    name="orchestrate",
    description="Several capabilities in one request, side by side unless one needs another.",
    persist_result=True,
    result_serializer="json",
    validate_parameters=True,
)
def orchestrate(request: OrchestrationRequest) -> Orchestration:
    """Run every task as a run of its own and give each one's outcome.

    Ends Completed whatever the outcome of its tasks, so that the outcomes can be read in every case; the state is named
    Partial or Unsuccessful where some or all did not complete, and its message says which. Ends Cancelled, with its
    children, when it is cancelled. From a deployment the children are runs of their own on workers; called in plain
    Python they run in this process.
    """
    steps = [_step(task) for task in request.tasks]
    try:
        ended = run_steps(
            steps,
            priority=request.priority,
            capabilities={kind.deployment: kind.capability for kind in TASK_TYPES.values()},
            inline=_inline() if current_deployment.id is None else None,
        )
    except Cancelling:
        return cast("Orchestration", Cancelled(message="Cancelled with its tasks."))  # Prefect ends the run in it
    show_summary(steps, ended)
    return _concluded(Orchestration(run_id=run_id(), **_outcomes(request, ended)))


def _step(task: OrchestrationTask) -> Step:
    kind = TASK_TYPES[task.type]
    return Step(
        task.id, kind.deployment, task.params, needs_of(task), lambda params: check_resolved(params, kind.request)
    )


def _inline() -> dict[str, Call]:
    return {kind.deployment: kind.call for kind in TASK_TYPES.values()}


def _outcomes(request: OrchestrationRequest, ended: dict[str, Ended]) -> dict[str, Any]:
    tasks = [
        TaskOutcome(
            id=task.id,
            type=task.type,
            state=cast("Any", found.word),
            run_id=found.status.run_id if found.status else None,
            result=found.result,
            error=found.error,
            seconds=found.status.seconds if found.status else None,
        )
        for task in request.tasks
        for found in [ended[task.id]]
    ]
    completed = sum(task.state == "completed" for task in tasks)
    outcome = "succeeded" if completed == len(tasks) else "partial" if completed else "failed"
    return {"tasks": tasks, "outcome": outcome}


def _concluded(orchestration: Orchestration) -> Orchestration:
    """The result itself, or in a state whose name and message tell at a glance what did not complete."""
    if orchestration.outcome == "succeeded":
        return orchestration
    missing = [f"{task.id} {task.state}" for task in orchestration.tasks if task.state != "completed"]
    name = "Partial" if orchestration.outcome == "partial" else "Unsuccessful"
    state: State[Any] = Completed(name=name, message=f"Not completed: {', '.join(missing)}", data=orchestration)
    return cast("Orchestration", state)  # Prefect ends the run in it, and gives its caller the data
