"""Children in this process: what happens when an orchestration is called from plain Python."""

import time
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from types import TracebackType
from typing import Any, Self

from prefect.client.schemas.objects import State
from pydantic import BaseModel

from tasks.orchestration.child import ENDINGS, ChildState, ChildStatus

MOST_AT_ONCE = 8

Call = Callable[[str, dict[str, Any]], State[Any]]
"""Runs a flow under a name, with a request, and gives the state it ended in."""


class InlineChildren:
    """Calls flows in threads, each a subflow of the current run; a child is asked for by its task's id."""

    def __init__(self, flows: Mapping[str, Call]) -> None:
        self._flows = flows
        self._pool = ThreadPoolExecutor(MOST_AT_ONCE, thread_name_prefix="child")
        self._futures: dict[str, Future[tuple[State[Any], float]]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(cancel_futures=True)

    def start(self, task_id: str, deployment: str, request: dict[str, Any]) -> str:
        """Call the flow in a thread."""
        context = copy_context()  # in which the flow finds its parent
        self._futures[task_id] = self._pool.submit(context.run, _timed, self._flows[deployment], task_id, request)
        return task_id

    def ended(self, children: Collection[str]) -> dict[str, ChildStatus]:
        """How the threads stand."""
        return {child: _status(self._futures[child]) for child in children if self._futures[child].done()}

    def result(self, child: str) -> Any:
        """What the flow returned."""
        value = self._futures[child].result()[0].result()
        return value.model_dump(mode="json") if isinstance(value, BaseModel) else value

    def cancel(self, children: Collection[str]) -> None:
        """Keep children that have not begun from beginning."""
        for child in children:
            self._futures[child].cancel()


def _status(future: Future[tuple[State[Any], float]]) -> ChildStatus:
    error = future.exception()
    if error is not None:  # not the flow's own failure, which is a state
        return ChildStatus(ChildState.CRASHED, f"{type(error).__name__}: {error}")
    state, seconds = future.result()
    run = state.state_details.flow_run_id
    return ChildStatus(ENDINGS[state.type], state.message, seconds, str(run) if run else None)


def _timed(call: Call, name: str, request: dict[str, Any]) -> tuple[State[Any], float]:
    began = time.monotonic()
    return call(name, request), time.monotonic() - began
