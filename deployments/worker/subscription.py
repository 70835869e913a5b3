"""Hears of the pool's runs as their states change, so that nothing has to be polled for."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

from prefect.events import Event
from prefect.events.clients import PrefectEventSubscriber, get_events_subscriber
from prefect.events.filters import EventAnyResourceFilter, EventFilter, EventNameFilter

from deployments.worker.endings import RESCHEDULED, RESTARTING
from deployments.worker.impatience import impatient

DUE = ("Scheduled", "Late", "AwaitingRetry", "AwaitingConcurrencySlot", "Resuming", RESTARTING, RESCHEDULED)
"""States in which a run may be due."""
STOPPED = ("Cancelling", "Cancelled")
SUSPENDED = ("Suspended",)
SHORTEST_PAUSE, LONGEST_PAUSE = 0.25, 5.0


@dataclass
class Subscription:
    """Follows the events of one work pool, for as long as it takes and across restarts of the server.

    `on_due` is also called whenever events may have been missed.
    """

    work_pool_id: UUID
    on_due: Callable[[], None]
    on_stopped: Callable[[UUID], None]
    on_suspended: Callable[[UUID, Event], None]
    logger: "logging.Logger | logging.LoggerAdapter[logging.Logger]"

    async def follow(self) -> None:
        """Follow until cancelled."""
        pause = SHORTEST_PAUSE
        while True:
            try:
                async with self._subscribed() as events:
                    pause = SHORTEST_PAUSE
                    self.on_due()
                    async for event in events:
                        self._hear(event)
            except Exception as error:  # noqa: BLE001  no failure of the event stream may end the worker
                self.logger.debug("The event stream ended, subscribing again: %r", error)
            self.on_due()
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    @asynccontextmanager
    async def _subscribed(self) -> AsyncIterator[PrefectEventSubscriber]:
        async with AsyncExitStack() as stack:
            with impatient():
                subscriber = get_events_subscriber(filter=self._filter(), reconnection_attempts=0)
                events = await stack.enter_async_context(subscriber)
            yield events

    def _filter(self) -> EventFilter:
        return EventFilter(
            event=EventNameFilter(name=[f"prefect.flow-run.{name}" for name in (*DUE, *STOPPED, *SUSPENDED)]),
            any_resource=EventAnyResourceFilter(id=[f"prefect.work-pool.{self.work_pool_id}"]),
        )

    def _hear(self, event: Event) -> None:
        name = event.event.rpartition(".")[2]
        if name in DUE:
            self.on_due()
            return
        flow_run_id = UUID(event.resource.id.rpartition(".")[2])
        if name in STOPPED:
            self.on_stopped(flow_run_id)
        else:
            self.on_suspended(flow_run_id, event)
