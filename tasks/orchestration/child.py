"""A child run, and what can be asked of the place where children run."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from prefect.client.schemas.objects import StateType


class ChildState(StrEnum):
    """How a child ended, as its outcome says."""

    COMPLETED = "completed"
    FAILED = "failed"
    CRASHED = "crashed"
    CANCELLED = "cancelled"


ENDINGS = {
    StateType.COMPLETED: ChildState.COMPLETED,
    StateType.FAILED: ChildState.FAILED,
    StateType.CRASHED: ChildState.CRASHED,
    StateType.CANCELLED: ChildState.CANCELLED,
}
"""The final states of Prefect."""


@dataclass(frozen=True)
class ChildStatus:
    """How a child ended, what its state says, how many seconds it ran, and its flow run where there was one."""

    state: ChildState
    message: str | None = None
    seconds: float | None = None
    run_id: str | None = None


class Children(Protocol):
    """Where children run: as deployment runs on workers, or in this process."""

    def start(self, task_id: str, deployment: str, request: dict[str, Any]) -> str:
        """Start a child and give what to ask for it by; asked again for the same task it gives the same.

        Raises `NotStarted` when that child can't be, whatever becomes of the others.
        """

    def ended(self, children: Collection[str]) -> dict[str, ChildStatus]:
        """Those of the children that have ended, asked for all at once.

        Raises `Cancelling` when the parent is to stop.
        """

    def result(self, child: str) -> Any:
        """Result of a child that ended completed, ready for JSON. Raises `NoResult` when it can't be had."""

    def cancel(self, children: Collection[str]) -> None:
        """Ask children to stop."""


class Cancelling(Exception):
    """Someone cancels the parent run."""


class NotStarted(Exception):
    """A child can't be started; the message says why."""


class NoResult(Exception):
    """A completed child's result can't be had; the message says why."""
