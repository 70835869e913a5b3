"""Children as deployment runs: the parent waits and workers work."""

import time
from collections.abc import Callable, Collection
from typing import Any, TypeVar, cast
from uuid import UUID

from prefect import Task
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId, FlowRunFilterState, FlowRunFilterStateType
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.client.schemas.responses import DeploymentResponse
from prefect.exceptions import ObjectNotFound, PrefectException, PrefectHTTPStatusError
from prefect.states import Cancelling as CancellingState
from prefect.states import to_state_create
from pydantic import BaseModel

from tasks.orchestration.child import ENDINGS, Cancelling, ChildState, ChildStatus, NoResult, NotStarted
from tasks.orchestration.patience import patiently

ROLL_CALL_SECONDS = 30.0
"""How often children that have not ended are asked for by name, as one may have been deleted."""
BULK_SET_STATE = cast("Any", "/flow_runs/bulk_set_state")
"""For up to 50 runs, as many as an orchestration has. The client's list of routes lacks it."""

Answer = TypeVar("Answer")


class DeploymentChildren:
    """Starts deployments as children of the run `parent`, each in the queue of its capability and priority.

    `capabilities` gives each deployment's capability; `tags` go to every child. Survives a Prefect server that is away
    for minutes. What is asked while waiting names the children and is answered with those that have ended alone, so
    a parent that waits costs one small request a second at most.
    """

    def __init__(self, parent: str, capabilities: dict[str, str], priority: str, tags: Collection[str]) -> None:
        self._parent = parent
        self._capabilities = capabilities
        self._priority = priority
        self._tags = [*tags, f"parent:{parent}", f"priority:{priority}"]
        self._deployments: dict[str, DeploymentResponse] = {}
        self._states: dict[str, State[Any]] = {}
        self._roll_call = time.monotonic() + ROLL_CALL_SECONDS

    def start(self, task_id: str, deployment: str, request: dict[str, Any]) -> str:
        """Start a child; keys made of the parent and the task make a restarted parent find the child it had."""
        try:
            return str(self._create(task_id, self._deployment(deployment), deployment, request).id)
        except ObjectNotFound:
            raise NotStarted(
                f"there is no deployment {deployment}; `prefect deploy --all` (`make up` does it) registers it"
            ) from None
        except PrefectHTTPStatusError as error:
            if error.response.status_code >= 500:
                raise
            raise NotStarted(f"Prefect refuses the run: {error.response.text[:500]}") from None

    def ended(self, children: Collection[str]) -> dict[str, ChildStatus]:
        """One request for all of them and the parent."""
        calling_roll = time.monotonic() >= self._roll_call
        runs = {str(run.id): run for run in self._read((*children, self._parent), every_state=calling_roll)}
        parent = runs.pop(self._parent, None)
        if parent is not None and parent.state_type in {StateType.CANCELLING, StateType.CANCELLED}:
            raise Cancelling
        found = {run_id: self._ending(run) for run_id, run in runs.items() if run.state_type in ENDINGS}
        if calling_roll:
            self._roll_call = time.monotonic() + ROLL_CALL_SECONDS
            gone = ChildStatus(ChildState.CANCELLED, "its run was deleted")
            found |= {run_id: gone for run_id in children if run_id not in runs}
        return found

    def result(self, child: str) -> Any:
        """The child's persisted result."""
        try:
            value = patiently(self._states[child].result)
        except (PrefectException, OSError, ValueError, TypeError) as error:
            raise NoResult(f"it completed, but its result can't be read ({type(error).__name__})") from error
        return value.model_dump(mode="json") if isinstance(value, BaseModel) else value

    def cancel(self, children: Collection[str]) -> None:
        """Ask them to cancel, all at once; one that ended meanwhile refuses, which is as good."""
        if not children:
            return
        state: State[Any] = CancellingState(message="Cancelled with the run that started it.")
        body = {"flow_runs": {"id": {"any_": list(children)}}, "state": to_state_create(state).model_dump(mode="json")}
        _ask(lambda client: client.request("POST", BULK_SET_STATE, json=body))

    def _create(self, task_id: str, deployment: DeploymentResponse, name: str, request: dict[str, Any]) -> FlowRun:
        """The child with the task run by which the Prefect UI shows it under its parent.

        As `run_deployment(as_subflow=True)` does, which numbers task runs in the order of their start: a restarted
        parent may start in another.
        """
        capability = self._capabilities[name]
        stand_in = Task(name=task_id, fn=_nothing, version=deployment.version)
        stand_in.task_key = f"orchestration.{name}"
        task_run = _ask(
            lambda client: client.create_task_run(stand_in, UUID(self._parent), dynamic_key=task_id, name=task_id)
        )
        return _ask(
            lambda client: client.create_flow_run_from_deployment(
                deployment.id,
                parameters={"request": request},
                name=task_id,
                tags=[*self._tags, f"capability:{capability}"],
                idempotency_key=f"{self._parent}:{task_id}",
                parent_task_run_id=task_run.id,
                work_queue_name=f"{capability}-{self._priority}",
            )
        )

    def _deployment(self, name: str) -> DeploymentResponse:
        if name not in self._deployments:
            self._deployments[name] = _ask(lambda client: client.read_deployment_by_name(name))
        return self._deployments[name]

    def _read(self, runs: Collection[str], *, every_state: bool) -> list[FlowRun]:
        telling = FlowRunFilterState(type=FlowRunFilterStateType(any_=[*ENDINGS, StateType.CANCELLING]))
        wanted = FlowRunFilter(id=FlowRunFilterId(any_=[UUID(run) for run in runs]))
        if not every_state:
            wanted = FlowRunFilter(id=wanted.id, state=telling)
        return _ask(lambda client: client.read_flow_runs(flow_run_filter=wanted))

    def _ending(self, run: FlowRun) -> ChildStatus:
        message = None
        if run.state is not None:
            self._states[str(run.id)] = run.state
            message = run.state.message
        return ChildStatus(ENDINGS[StateType(run.state_type)], message, run.total_run_time.total_seconds(), str(run.id))


def _ask(question: Callable[[SyncPrefectClient], Answer]) -> Answer:
    def ask() -> Answer:
        with get_client(sync_client=True) as client:  # the flow's own client, and its open connection
            return question(client)

    return patiently(ask)


def _nothing() -> None: ...
