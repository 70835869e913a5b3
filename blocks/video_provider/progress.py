"""How far a task is, by https://docs.dev.runwayml.com/errors/task-failures/ and the API's six states.

Nothing of an answer reaches a message unchecked: a provider may repeat the prompt in the reason of a failure.
"""

from dataclasses import dataclass
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from blocks.video_provider.catalogue import CREDIT_USD
from blocks.video_provider.errors import AnswerUnreadable


@dataclass(frozen=True)
class Waiting:
    """It has not ended.

    Attributes:
        state: "throttled" where the account's own limit of tasks at once holds it back: it is queued, not refused.
        share: How much is done, 0 to 1; None before it runs.
    """

    task_id: str
    state: Literal["pending", "throttled", "running"]
    share: float | None = None


@dataclass(frozen=True)
class Finished:
    """The video is there, at addresses that expire within a day or two."""

    task_id: str
    urls: tuple[str, ...]
    credits: float | None

    @property
    def usd(self) -> float | None:
        """What it cost, at a cent a credit."""
        return None if self.credits is None else self.credits * CREDIT_USD


@dataclass(frozen=True)
class Blocked:
    """The provider's moderation refused; asking again does not help.

    Attributes:
        stage: "input" where the words or the picture sent were refused, "output" where the video was.
        code: The provider's own, such as SAFETY.INPUT.TEXT.
    """

    task_id: str
    stage: Literal["input", "output"] | None
    code: str
    credits: float | None

    @property
    def reason(self) -> str:
        """One line for people."""
        what = {"input": "the request", "output": "what was drawn", None: "the request or what was drawn"}[self.stage]
        return f"The provider's safety system refused {what} ({self.code}). Word the prompt differently."


@dataclass(frozen=True)
class Failed:
    """It came to nothing.

    Attributes:
        code: The provider's own, such as INTERNAL.BAD_OUTPUT.CODE01; None where it gives none.
        again: Whether the same request may succeed as a new task.
    """

    task_id: str
    code: str | None
    again: bool
    credits: float | None

    @property
    def reason(self) -> str:
        """One line for people."""
        told = f" ({self.code})" if self.code else ""
        advice = "Ask again, or with another seed." if self.again else "Asking again the same way does not help."
        return f"The provider could not draw the video{told}. {advice}"


@dataclass(frozen=True)
class Cancelled:
    """It was cancelled, by us or in the provider's own portal."""

    task_id: str
    credits: float | None


Ended = Finished | Blocked | Failed | Cancelled
Progress = Waiting | Ended

_WAITING: Final[dict[str, Literal["pending", "throttled", "running"]]] = {
    "PENDING": "pending",
    "THROTTLED": "throttled",
    "RUNNING": "running",
}


class Cost(BaseModel):
    """Credits."""

    credits: float = Field(ge=0, allow_inf_nan=False)


class _Task(BaseModel):
    model_config = ConfigDict(populate_by_name=True)

    status: str
    progress: float | None = Field(None, allow_inf_nan=False)
    output: tuple[str, ...] = ()
    failure_code: str | None = Field(None, alias="failureCode")
    cost: Cost | None = None


def read_progress(task_id: str, body: bytes) -> Progress:
    """How far the task is.

    Raises:
        AnswerUnreadable: The answer is no task in a state that is known.
    """
    try:
        task = _Task.model_validate_json(body)
    except ValidationError:
        raise AnswerUnreadable(f"The provider's answer about task {task_id} is no task; ask again later.") from None
    spent = task.cost.credits if task.cost else None
    if task.status in _WAITING:
        share = None if task.progress is None else min(max(task.progress, 0.0), 1.0)
        return Waiting(task_id, _WAITING[task.status], share)
    if task.status == "SUCCEEDED" and task.output:
        return Finished(task_id, task.output, spent)
    if task.status == "CANCELLED":
        return Cancelled(task_id, spent)
    if task.status == "FAILED":
        return _failure(task_id, _code(task.failure_code), spent)
    raise AnswerUnreadable(f"Task {task_id} is in a state that is not known here, or ended without a video.")


def _failure(task_id: str, code: str | None, spent: float | None) -> Blocked | Failed:
    parts = (code or "").split(".")
    if code and "SAFETY" in parts[:2]:
        # SAFETY.INPUT.TEXT, SAFETY.OUTPUT.VIDEO; of what was prepared, INPUT_PREPROCESSING.SAFETY.TEXT
        stage = "output" if "OUTPUT" in parts else "input" if any(part.startswith("INPUT") for part in parts) else None
        return Blocked(task_id, stage, code, spent)  # type: ignore[arg-type]
    # A picture that cannot be read stays so; bad output and troubles of the provider's own pass.
    return Failed(task_id, code, not (code or "").startswith("ASSET."), spent)


def _code(found: str | None) -> str | None:
    """The provider's code; None unless it looks like one."""
    return found if found and len(found) <= 80 and found.isascii() and found.replace(".", "_").isidentifier() else None
