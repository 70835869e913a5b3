"""Something read from Prefect and kept for a few seconds; those who ask meanwhile share the answer, or the failure."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class SharedRead(Generic[T]):
    """Reads with `read`, which is given the budget in seconds of whoever asks first, at most every `seconds`."""

    def __init__(self, read: Callable[[float | None], Awaitable[T]], seconds: float) -> None:
        self._read = read
        self._seconds = seconds
        self._latest: tuple[float, T] | None = None
        self._reading: asyncio.Task[None] | None = None

    async def latest(self, *, fresh: bool = False, budget: float | None = None) -> T:
        """What was read last, `fresh`: after this call began. Raises what reading raises."""
        oldest = time.monotonic() - (0 if fresh else self._seconds)
        while True:
            if self._latest is not None and self._latest[0] >= oldest:
                return self._latest[1]
            if self._reading is None or self._reading.done():
                self._reading = asyncio.create_task(self._refresh(budget))
            await asyncio.shield(self._reading)

    async def _refresh(self, budget: float | None) -> None:
        begun = time.monotonic()
        self._latest = (begun, await self._read(budget))
