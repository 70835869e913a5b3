"""A child run, and what can be asked of the place where children run."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol


class ChildState(StrEnum):
    """Where a child stands, as its outcome says."""

    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CRASHED = "crashed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class ChildStatus:
    """A child's state, what that state says, how long it took, and its flow run once that is known."""

    state: ChildState
    message: str | None = None
    seconds: float | None = None
    run_id: str | None = None


class Children(Protocol):
    """Where children run: as deployment runs on workers, or in this process."""

    def start(self, task_id: str, deployment: str, request: dict[str, Any]) -> str:
        """Start a child and give what to ask for it by; asked again for the same task it gives the same."""

    def statuses(self, children: Collection[str]) -> dict[str, ChildStatus]:
        """How children stand, asked for all at once. Raises `Cancelling` when the parent is to stop."""

    def result(self, child: str) -> Any:
        """A completed child's result, ready for JSON."""

    def cancel(self, children: Collection[str]) -> None:
        """Ask children to stop."""


class Cancelling(Exception):  # noqa: N818 - a request to stop, not an error
    """Someone cancels the parent run."""
