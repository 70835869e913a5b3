"""Telling of the end of runs. What is owed stands on the runs themselves, so that it outlives the gateway."""

import asyncio
import contextlib
import logging
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import TERMINAL_STATES, FlowRun
from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError

from deployments.gateway.background import background, wait_for_event
from deployments.gateway.callback_delivery import CallbackDelivery, DeliveryFailed
from deployments.gateway.changes import RunChanges
from deployments.gateway.prefect_access import PrefectAccess
from deployments.gateway.problems import Problem
from deployments.gateway.run import RunView, message_of
from deployments.gateway.trigger import CALLBACK_LABEL, CALLBACK_PENDING
from tasks.run_owner import owner_of

logger = logging.getLogger("gateway")

CALLBACK_DELIVERED = "callback:delivered"
CALLBACK_FAILED = "callback:failed"

SWEEP_SECONDS = 15.0
"""How often is looked without an event: what an event was missed for waits no longer than this."""
TOGETHER_SECONDS = 0.2
"""Runs that end within this time are looked for together."""
FIRST_PAUSE = 2.0
LONGEST_PAUSE = 600.0
GIVE_UP_SECONDS = 24 * 3600.0
AT_ONCE = 8
PAGE = 100


class Callbacks:
    """Delivers the callbacks of runs that have ended, at least once each."""

    def __init__(self, prefect: PrefectAccess, changes: RunChanges, delivery: CallbackDelivery, view: RunView) -> None:
        self._prefect = prefect
        self._changes = changes
        self._delivery = delivery
        self._view = view
        self._due: dict[UUID, float] = {}
        self._pause: dict[UUID, float] = {}

    @asynccontextmanager
    async def deliver(self) -> AsyncIterator[None]:
        """Deliver while the context lasts, beginning with what was owed before."""
        async with background(self._sweep_forever(), "callbacks"):
            yield

    async def _sweep_forever(self) -> None:
        while True:
            self._changes.ended.clear()
            try:
                await self._sweep()
            except Problem:
                logger.debug("Callbacks wait for Prefect")
            except Exception:
                logger.exception("Callbacks could not be swept; they are tried again")
            await self._until_due()

    async def _until_due(self) -> None:
        soonest = min(self._due.values(), default=time.monotonic() + SWEEP_SECONDS)
        seconds = min(SWEEP_SECONDS, max(0.1, soonest - time.monotonic()))
        await wait_for_event(self._changes.ended, seconds)
        if self._changes.ended.is_set():
            await asyncio.sleep(TOGETHER_SECONDS)

    async def _sweep(self) -> None:
        owed = FlowRunFilter(
            tags=FlowRunFilterTags(all_=[CALLBACK_PENDING]),
            state=FlowRunFilterState(type=FlowRunFilterStateType(any_=list(TERMINAL_STATES))),
        )
        offset = 0
        seen: set[UUID] = set()
        while True:

            async def read(client: PrefectClient, offset: int = offset) -> list[FlowRun]:
                return await client.read_flow_runs(flow_run_filter=owed, limit=PAGE, offset=offset)

            runs = await self._prefect.call(read)
            now = time.monotonic()
            due = [run for run in runs if self._due.get(run.id, 0.0) <= now]
            gate = asyncio.Semaphore(AT_ONCE)
            kept = await asyncio.gather(*(self._tell(run, gate) for run in due))
            seen |= {run.id for run in runs}
            if len(runs) < PAGE:
                break
            offset += len(runs) - len(due) + sum(kept)
        self._due = {run_id: at for run_id, at in self._due.items() if run_id in seen}

    async def _tell(self, run: FlowRun, gate: asyncio.Semaphore) -> bool:
        """Try to tell of one run. Returns whether it is still owed."""
        url = run.labels.get(CALLBACK_LABEL)
        if not isinstance(url, str):  # a child that took over its parent's tags
            await self._settle(run, CALLBACK_FAILED)
            return False
        async with gate:
            try:
                await self._delivery.deliver(url, str(run.id), owner_of(run) or "", self._message(run))
            except DeliveryFailed as error:
                return await self._postpone(run, str(error))
        await self._settle(run, CALLBACK_DELIVERED)
        return False

    def _message(self, run: FlowRun) -> dict[str, object]:
        shown = self._view.accepted(run).model_dump(mode="json")
        ended = run.end_time.isoformat() if run.end_time else None
        return {"type": "run.ended", "timestamp": ended, "data": {**shown, "message": message_of(run.state)}}

    async def _postpone(self, run: FlowRun, reason: str) -> bool:
        age = (time.time() - run.end_time.timestamp()) if run.end_time else 0.0
        if age > GIVE_UP_SECONDS:
            logger.warning("The callback of run %s was given up: %s", run.id, reason)
            await self._settle(run, CALLBACK_FAILED)
            return False
        pause = min(LONGEST_PAUSE, self._pause.get(run.id, FIRST_PAUSE / 2) * 2)
        self._pause[run.id] = pause
        self._due[run.id] = time.monotonic() + random.uniform(pause / 2, pause)  # noqa: S311 - spreads retries
        logger.info("The callback of run %s was not taken (%s); again in %.0f s", run.id, reason, pause)
        return True

    async def _settle(self, run: FlowRun, outcome: str) -> None:
        tags = [tag for tag in run.tags if tag != CALLBACK_PENDING] + [outcome]
        with contextlib.suppress(ObjectNotFound, PrefectHTTPStatusError):  # deleted meanwhile
            await self._prefect.call(lambda client: client.update_flow_run(run.id, tags=tags))
        self._due.pop(run.id, None)
        self._pause.pop(run.id, None)
