"""Work that goes on beside the requests for as long as the gateway runs."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any


@asynccontextmanager
async def background(work: Coroutine[Any, Any, None], name: str) -> AsyncIterator[None]:
    """Do `work` while the context lasts."""
    task = asyncio.create_task(work, name=name)
    try:
        yield
    finally:
        while not task.done():  # what is awaited at that moment may swallow a cancellation
            task.cancel()
            await asyncio.wait([task], timeout=1)


async def wait_for_event(event: asyncio.Event, seconds: float) -> None:
    """Wait until the event is set, at most so long."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
