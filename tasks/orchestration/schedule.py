"""Running tasks concurrently except where one needs another."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from prefect.exceptions import TerminationSignal
from pydantic import ValidationError

from tasks.orchestration.child import Cancelling, Children, ChildState, ChildStatus, NoResult, NotStarted
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

    @property
    def word(self) -> str:
        """How it ended, in one word."""
        return self.status.state.value if self.status else "skipped"

    @property
    def error(self) -> str | None:
        """Why it did not complete; None where it did."""
        if self.status is None:
            return self.reason
        return None if self.status.state is ChildState.COMPLETED else self.status.message or self.word


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
                else:
                    time.sleep(pause)
                    pause = min(pause * 1.3, LONGEST_PAUSE)
        except Cancelling:
            self.children.cancel(self.running.values())
            raise
        except TerminationSignal:
            self._cancel_with_parent()
            raise
        return self.ended

    def _cancel_with_parent(self) -> None:
        """Cancel the children where the parent is; where only its process ends, it finds them again in another."""
        try:
            self.children.ended(self.running.values())
        except Cancelling:
            self.children.cancel(self.running.values())

    def _advance(self) -> bool:
        """Start what can start and collect what has ended; whether anything ended."""
        before = len(self.ended)
        for step in self.steps:
            if step.id not in self.ended and step.id not in self.running and step.needs <= self.ended.keys():
                self._start(step)
        if self.running:
            found = self.children.ended(self.running.values())
            for step_id, child in list(self.running.items()):
                if child in found:
                    del self.running[step_id]
                    self.ended[step_id] = self._collect(child, found[child])
        return len(self.ended) > before

    def _start(self, step: Step) -> None:
        if missing := [f"{need} {self.ended[need].word}" for need in sorted(step.needs) if not self._completed(need)]:
            self.ended[step.id] = Ended(reason=f"skipped, as it needs what did not complete: {', '.join(missing)}")
            return
        try:
            params = resolve(step.params, {need: self.ended[need].result for need in step.needs})
            step.check(params)
            self.running[step.id] = self.children.start(step.id, step.deployment, params)
        except ValidationError as error:
            self.ended[step.id] = _failed(f"params do not fit once references are filled in: {_told(error)}")
        except (ResultReferenceError, NotStarted, ValueError) as error:
            self.ended[step.id] = _failed(str(error))

    def _completed(self, step_id: str) -> bool:
        status = self.ended[step_id].status
        return status is not None and status.state is ChildState.COMPLETED

    def _collect(self, child: str, status: ChildStatus) -> Ended:
        if status.state is not ChildState.COMPLETED:
            return Ended(status)
        try:
            return Ended(status, self.children.result(child))
        except NoResult as error:
            return Ended(ChildStatus(ChildState.FAILED, str(error), status.seconds, status.run_id))


def _failed(message: str) -> Ended:
    return Ended(ChildStatus(ChildState.FAILED, message))


def _told(error: ValidationError) -> str:
    problems = error.errors(include_url=False, include_input=False)
    return "; ".join(f"{'.'.join(map(str, problem['loc'])) or 'params'}: {problem['msg']}" for problem in problems[:5])
