"""Being told that a run's state changed, so that nobody has to poll fast."""

import asyncio
import contextlib
import logging
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from prefect.events.clients import PrefectEventSubscriber
from prefect.events.filters import EventFilter, EventNameFilter

from deployments.gateway.background import background, wait_for_event

logger = logging.getLogger("gateway")

RUN = "prefect.flow-run."
FINAL_EVENTS = tuple(f"{RUN}{state}" for state in ("Completed", "Failed", "Crashed", "Cancelled", "TimedOut"))

LISTENING_POLL_SECONDS = 2.0
"""How long a waiter trusts the event stream before it looks for itself."""
FIRST_POLL_SECONDS = 0.1
DEAF_POLL_SECONDS = 1.0
CLOSE_SECONDS = 0.5


class RunChanges:
    """One subscription to Prefect's flow-run events for the whole gateway. It only wakes: state is always read."""

    def __init__(self, api_url: str) -> None:
        self._api_url = api_url
        self._waiting: dict[UUID, set[asyncio.Event]] = defaultdict(set)
        self._listening = False
        self.ended = asyncio.Event()
        """Set whenever some run ends."""

    @asynccontextmanager
    async def listen(self) -> AsyncIterator[None]:
        """Subscribe while the context lasts; an event stream that breaks is opened again."""
        async with background(self._listen(), "run-changes"):
            yield

    async def wakes(self, run_id: UUID, seconds: float) -> AsyncIterator[None]:
        """Yields when the run's state may have changed, at least at the start and after `seconds`, then ends."""
        event = asyncio.Event()
        self._waiting[run_id].add(event)
        deadline = time.monotonic() + seconds
        pause = FIRST_POLL_SECONDS
        try:
            yield
            while (left := deadline - time.monotonic()) > 0:
                longest = LISTENING_POLL_SECONDS if self._listening else DEAF_POLL_SECONDS
                pause = min(longest, pause * 1.6)
                await wait_for_event(event, min(pause, left))
                event.clear()
                yield
        finally:
            self._waiting[run_id].discard(event)
            if not self._waiting[run_id]:
                del self._waiting[run_id]

    async def _listen(self) -> None:
        while True:
            subscriber = PrefectEventSubscriber(
                api_url=self._api_url,
                filter=EventFilter(event=EventNameFilter(prefix=[RUN])),
                reconnection_attempts=0,
            )
            try:
                await subscriber.__aenter__()
                self._listening = True
                async for event in subscriber:
                    self._wake(event.event, event.resource.id)
            except Exception as error:  # noqa: BLE001 - the server may be away in any way; waiters poll meanwhile
                logger.debug("The event stream broke: %s", type(error).__name__)
            finally:  # `async with` would leave the socket open when cancelled while it connects
                self._listening = False
                connection = getattr(subscriber._connect, "connection", None)
                if connection is not None:
                    connection.close_timeout = CLOSE_SECONDS  # a server that is busy must not hold up our end
                with contextlib.suppress(Exception):
                    await subscriber.__aexit__(None, None, None)
            await asyncio.sleep(1)

    def _wake(self, name: str, resource: str) -> None:
        if name.startswith(FINAL_EVENTS):
            self.ended.set()
        try:
            run_id = UUID(resource.removeprefix(RUN))
        except ValueError:
            return
        for event in self._waiting.get(run_id, ()):
            event.set()
