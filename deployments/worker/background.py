"""Work of a worker that goes on beside everything else, and is not given up because the server is away."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx
from prefect.exceptions import ObjectNotFound

LONGEST_PAUSE = 5.0
T = TypeVar("T")


@dataclass
class Background:
    """Tasks that are kept, awaited at the end, and whose failures are logged."""

    logger: "logging.Logger | logging.LoggerAdapter[logging.Logger]"
    _tasks: set["asyncio.Task[Any]"] = field(default_factory=set)

    def start(self, work: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        """Run `work` beside everything else."""
        task = asyncio.ensure_future(self._guarded(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _guarded(self, work: Coroutine[Any, Any, Any]) -> Any:
        try:
            return await work
        except Exception:
            self.logger.exception("Unexpected failure; the worker goes on")

    async def insist(self, what: str, act: Callable[[], Awaitable[T]]) -> T | None:
        """Do `act` until the server has answered, however long it is away; None when the run was deleted."""
        pause = 0.5
        while True:
            try:
                return await act()
            except ObjectNotFound:
                return None
            except httpx.HTTPError as error:
                self.logger.warning("Could not %s, trying again: %r", what, error)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    async def finish(self, seconds: float) -> None:
        """Wait for what is under way, then cancel the rest."""
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=seconds)
        for task in set(self._tasks):
            task.cancel()
