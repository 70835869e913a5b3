"""Running tasks concurrently except where one needs another."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tasks.orchestration.child import Cancelling, Children, ChildState, ChildStatus
from tasks.orchestration.references import ResultReferenceError, resolve

SHORTEST_PAUSE, LONGEST_PAUSE = 0.1, 1.0


@dataclass(frozen=True)
class Step:
    """One task of an orchestration: what to run, with what, after which others."""

    id: str
    deployment: str
    params: dict[str, Any]
    needs: frozenset[str]
    check: Callable[[dict[str, Any]], Any]
    """Raises ValueError when resolved params are not what the flow takes."""


@dataclass(frozen=True)
class Ended:
    """How a step ended; `status` is None when it was skipped, and `reason` says why."""

    status: ChildStatus | None = None
    result: Any = None
    reason: str | None = None


@dataclass
class Schedule:
    """What has ended, what runs and what waits."""

    steps: Sequence[Step]
    children: Children
    ended: dict[str, Ended] = field(default_factory=dict)
    running: dict[str, str] = field(default_factory=dict)

    def run(self, report: Callable[[float], None]) -> dict[str, Ended]:
        """Run every step that can be run; `report` is told the percent that has ended.

        Raises `Cancelling` once the children have been told, when the parent is cancelled.
        """
        pause = SHORTEST_PAUSE
        try:
            while len(self.ended) < len(self.steps):
                if self._advance():
                    report(100 * len(self.ended) / len(self.steps))
                    pause = SHORTEST_PAUSE
                elif self.running:
                    time.sleep(pause)
                    pause = min(pause * 1.3, LONGEST_PAUSE)
        except Cancelling:
            self._cancel_children()
            raise
        return self.ended

    def _advance(self) -> bool:
        """Start what can start and collect what has ended; whether anything changed."""
        before = len(self.ended), len(self.running)
        for step in self.steps:
            if step.id not in self.ended and step.id not in self.running and step.needs <= self.ended.keys():
                self._start(step)
        if self.running:
            statuses = self.children.statuses(self.running.values())
            for step_id, child in list(self.running.items()):
                if statuses[child].state is not ChildState.RUNNING:
                    del self.running[step_id]
                    self.ended[step_id] = self._collect(child, statuses[child])
        return (len(self.ended), len(self.running)) != before

    def _start(self, step: Step) -> None:
        failed = sorted(need for need in step.needs if not self._succeeded(need))
        if failed:
            self.ended[step.id] = Ended(reason=f"it needs {', '.join(failed)}, which did not complete")
            return
        try:
            params = resolve(step.params, {need: self.ended[need].result for need in step.needs})
            step.check(params)
        except (ResultReferenceError, ValueError) as error:
            self.ended[step.id] = Ended(ChildStatus(ChildState.FAILED, str(error)))
            return
        self.running[step.id] = self.children.start(step.id, step.deployment, params)

    def _succeeded(self, step_id: str) -> bool:
        status = self.ended[step_id].status
        return status is not None and status.state is ChildState.COMPLETED

    def _collect(self, child: str, status: ChildStatus) -> Ended:
        completed = status.state is ChildState.COMPLETED
        return Ended(status, self.children.result(child) if completed else None)

    def _cancel_children(self) -> None:
        self.children.cancel(self.running.values())
