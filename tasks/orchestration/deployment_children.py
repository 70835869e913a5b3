"""Children as deployment runs: the parent waits and workers work."""

import logging
import time
from collections.abc import Callable, Collection
from functools import partial
from typing import Any, TypeVar, cast
from uuid import UUID

import httpx
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.deployments import run_deployment
from prefect.exceptions import PrefectHTTPStatusError
from prefect.states import Cancelling as CancellingState
from pydantic import BaseModel

from tasks.orchestration.child import Cancelling, ChildState, ChildStatus

PATIENCE = 600.0
"""Seconds for which a server that is away is waited for, as through its restart."""

logger = logging.getLogger(__name__)
Answer = TypeVar("Answer")

STATES = {
    StateType.COMPLETED: ChildState.COMPLETED,
    StateType.FAILED: ChildState.FAILED,
    StateType.CRASHED: ChildState.CRASHED,
    StateType.CANCELLED: ChildState.CANCELLED,
}


class DeploymentChildren:
    """Starts deployments as children of the run `parent`, each in the queue of its capability and priority.

    `capabilities` gives each deployment's capability; `tags` go to every child.
    """

    def __init__(self, parent: str, capabilities: dict[str, str], priority: str, tags: Collection[str]) -> None:
        self._parent = parent
        self._capabilities = capabilities
        self._priority = priority
        self._tags = [*tags, f"parent:{parent}"]

    def start(self, task_id: str, deployment: str, request: dict[str, Any]) -> str:
        """Start a child; its idempotency key makes a restarted parent find the child it had."""
        capability = self._capabilities[deployment]
        run = _patiently(
            lambda: run_deployment(
                deployment,
                parameters={"request": request},
                timeout=0,
                as_subflow=True,
                idempotency_key=f"{self._parent}:{task_id}",
                work_queue_name=f"{capability}-{self._priority}",
                flow_run_name=task_id,
                tags=[*self._tags, f"capability:{capability}", f"priority:{self._priority}"],
            )
        )
        return str(cast("FlowRun", run).id)  # a coroutine only in an event loop, and this is a plain thread

    def statuses(self, children: Collection[str]) -> dict[str, ChildStatus]:
        """One request for all of them and the parent."""
        wanted = FlowRunFilter(id=FlowRunFilterId(any_=[UUID(run) for run in (*children, self._parent)]))
        runs = {
            str(run.id): run
            for run in _patiently(lambda: _ask(lambda client: client.read_flow_runs(flow_run_filter=wanted)))
        }
        parent = runs.pop(self._parent, None)
        if parent is not None and parent.state_type in {StateType.CANCELLING, StateType.CANCELLED}:
            raise Cancelling
        gone = ChildStatus(ChildState.CANCELLED, "the run was deleted")
        return {run: _status(runs[run]) if run in runs else gone for run in children}

    def result(self, child: str) -> Any:
        """The child's persisted result."""
        run = _patiently(lambda: _ask(lambda client: client.read_flow_run(UUID(child))))
        value = run.state.result() if run.state else None
        return value.model_dump(mode="json") if isinstance(value, BaseModel) else value

    def cancel(self, children: Collection[str]) -> None:
        """Ask each to cancel; one that ended meanwhile refuses, which is as good."""
        for run in children:
            _patiently(
                partial(
                    _ask, partial(SyncPrefectClient.set_flow_run_state, flow_run_id=UUID(run), state=CancellingState())
                )
            )


def _status(run: FlowRun) -> ChildStatus:
    state = STATES.get(run.state_type) if run.state_type else None
    if state is None:
        return ChildStatus(ChildState.RUNNING)
    message = run.state.message if run.state else None
    return ChildStatus(state, message, run.total_run_time.total_seconds(), str(run.id))


def _ask(question: Callable[[SyncPrefectClient], Answer]) -> Answer:
    with get_client(sync_client=True) as client:
        return question(client)


def _patiently(request: Callable[[], Answer]) -> Answer:
    """The answer to a request, repeated while the server is away."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return request()
        except (httpx.TransportError, PrefectHTTPStatusError) as error:
            refused = isinstance(error, PrefectHTTPStatusError) and error.response.status_code < 500
            if refused or time.monotonic() > deadline:
                raise
            logger.warning("The Prefect server is away (%s); asking again", type(error).__name__)
            time.sleep(1)
