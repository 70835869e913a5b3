"""Small flows that stand for capabilities."""

import time
from pathlib import Path

from prefect import flow
from pydantic import BaseModel, ConfigDict, Field

from flows.orchestration import TaskType


class Sum(BaseModel):
    """What to add."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    numbers: tuple[int, ...] = Field(max_length=5)
    seconds: float = 0
    started: Path | None = None
    beside: tuple[Path, ...] = ()
    """Touched by others; waited for, which only ends when they run at the same time."""


class Total(BaseModel):
    """What it came to."""

    total: int
    list: tuple[int, ...]


@flow(name="orchestra-add", persist_result=True, result_serializer="json")
def add(request: Sum) -> Total:
    """Add numbers, none of them 13."""
    if request.started is not None:
        request.started.touch()
    time.sleep(request.seconds)
    deadline = time.monotonic() + 30
    while not all(other.exists() for other in request.beside):
        if time.monotonic() > deadline:
            raise TimeoutError("the others did not run beside this one")
        time.sleep(0.05)
    if 13 in request.numbers:
        raise ValueError("13 brings bad luck")
    return Total(total=sum(request.numbers), list=request.numbers)


@flow(name="orchestra-nowhere", persist_result=True, result_serializer="json")
def nowhere(request: Sum) -> Total:
    """Never deployed."""
    return Total(total=0, list=())


TYPES = {"add": TaskType("sums", add, Sum), "nowhere": TaskType("sums", nowhere, Sum)}
