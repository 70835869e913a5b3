"""Children in this process: what happens when an orchestration is called from plain Python."""

import time
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from types import TracebackType
from typing import Any, Self

from pydantic import BaseModel

from tasks.orchestration.child import ChildState, ChildStatus

MOST_AT_ONCE = 8


class InlineChildren:
    """Calls flows in threads, each a subflow of the current run."""

    def __init__(self, flows: Mapping[str, Callable[[dict[str, Any]], Any]]) -> None:
        self._flows = flows
        self._pool = ThreadPoolExecutor(MOST_AT_ONCE, thread_name_prefix="child")
        self._started: dict[str, float] = {}
        self._futures: dict[str, Future[Any]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(cancel_futures=True)

    def start(self, task_id: str, deployment: str, request: dict[str, Any]) -> str:
        """Call the flow in a thread; the task's id stands for the run's until the result names it."""
        self._started[task_id] = time.monotonic()
        self._futures[task_id] = self._pool.submit(copy_context().run, self._flows[deployment], request)
        return task_id

    def statuses(self, run_ids: Collection[str]) -> dict[str, ChildStatus]:
        """How the threads stand."""
        return {run: self._status(run) for run in run_ids}

    def result(self, run_id: str) -> Any:
        """What the flow returned."""
        value = self._futures[run_id].result()
        return value.model_dump(mode="json") if isinstance(value, BaseModel) else value

    def cancel(self, run_ids: Collection[str]) -> None:
        """Keep children that have not begun from beginning."""
        for run in run_ids:
            self._futures[run].cancel()

    def _status(self, run_id: str) -> ChildStatus:
        future = self._futures[run_id]
        if not future.done():
            return ChildStatus(ChildState.RUNNING)
        seconds = time.monotonic() - self._started[run_id]
        if future.cancelled():
            return ChildStatus(ChildState.CANCELLED, None, seconds)
        error = future.exception()
        if error is None:
            return ChildStatus(ChildState.COMPLETED, None, seconds)
        return ChildStatus(ChildState.FAILED, str(error), seconds)
