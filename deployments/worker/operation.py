"""A warm worker at work: its parts, and the loops that connect them."""

import asyncio
import random
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from uuid import UUID

import httpx
from prefect.client.schemas.filters import WorkPoolFilter, WorkPoolFilterName
from prefect.client.schemas.objects import WorkPool

from deployments.worker.background import Background
from deployments.worker.dispatch import Dispatch
from deployments.worker.endings import Endings
from deployments.worker.executor import HeldRun
from deployments.worker.fleet import Fleet
from deployments.worker.flow_loading import module_name, with_warm_companions
from deployments.worker.messages import Finished
from deployments.worker.owner import Owner
from deployments.worker.recovery import Recovery
from deployments.worker.settings import WarmSettings
from deployments.worker.subscription import Subscription
from deployments.worker.supervision import Supervision

if TYPE_CHECKING:
    from deployments.worker.warm import WarmWorker


class Operation:
    """Everything a worker does with runs, from start to drain."""

    def __init__(self, worker: "WarmWorker", environment: dict[str, str], limit: int | None) -> None:
        settings = WarmSettings()
        if limit is not None:
            settings = settings.model_copy(update={"executors": min(limit, settings.executors)})
        self.worker, self.settings, self.client = worker, settings, worker.client
        self.logger = worker._logger
        owner = Owner.this_process(worker.name)
        self.background = Background(self.logger)
        self.endings = Endings(self.client)
        self.fleet = Fleet(
            settings,
            owner,
            environment,
            self.logger,
            on_room=self._has_room,
            on_finished=self._finished,
            on_lost=self._lost,
        )
        self.dispatch = Dispatch(
            self.client,
            worker._work_pool_name,
            sorted(worker._work_queues),
            template=lambda: worker.work_pool.base_job_template,
            fleet=self.fleet,
            owner=owner,
            endings=self.endings,
            background=self.background,
            logger=self.logger,
        )
        self.supervision = Supervision(
            self.fleet,
            self.endings,
            settings,
            self.background,
            settle_unheld=self._settle_cancelled,
            logger=self.logger,
        )
        self.recovery = Recovery(
            self.client,
            self.endings,
            worker._work_pool_name,
            owner,
            holds=self.supervision.holds,
            stop=self.supervision.stop,
            restarts=self.dispatch.restarts_of,
            logger=self.logger,
        )
        self._loops: list[asyncio.Task[Any]] = []

    async def open(self, pool: WorkPool) -> None:
        """Start executors, subscription and loops, once."""
        if self._loops:
            return
        subscription = Subscription(
            pool.id,
            on_due=self.dispatch.wake,
            on_stopped=self.supervision.stop,
            on_suspended=self.supervision.suspend,
            logger=self.logger,
        )
        self._loops = [
            self.background.start(loop)
            for loop in (
                subscription.follow(),
                self.dispatch.look_when_woken(),
                self.supervision.watch_memory(),
                self._sweep(),
            )
        ]
        self.fleet.open(["flows", *self.settings.preload_modules, *await self._entrypoint_modules()])

    async def poll(self) -> None:
        """Look for due runs, quietly when the server is away."""
        await self.fleet.ready.wait()
        with suppress(httpx.HTTPError):
            await self.dispatch.look()

    async def close(self) -> None:
        """Drain and end."""
        self.dispatch.stopped = True
        await self.supervision.drain()
        for loop in self._loops:
            loop.cancel()
        await self.background.finish(seconds=10)

    # The parts know each other through these, since each needs another that is made later.

    def _has_room(self) -> None:
        self.dispatch.wake()

    def _finished(self, run: HeldRun, report: Finished) -> None:
        self.supervision.finished(run, report)

    def _lost(self, run: HeldRun, reason: str) -> None:
        self.supervision.lost(run, reason)

    async def _settle_cancelled(self, flow_run_id: UUID) -> None:
        await self.recovery.settle_cancelled(flow_run_id)

    async def _sweep(self) -> None:
        while True:
            try:
                await self.recovery.sweep()
            except httpx.HTTPError as error:
                self.logger.debug("Could not look for runs of dead workers: %r", error)
            await asyncio.sleep(self.settings.sweep_seconds * random.uniform(0.8, 1.2))  # noqa: S311  spreads workers

    async def _entrypoint_modules(self) -> list[str]:
        try:
            deployments = await self.client.read_deployments(
                work_pool_filter=WorkPoolFilter(name=WorkPoolFilterName(any_=[self.worker._work_pool_name])), limit=200
            )
        except httpx.HTTPError as error:
            self.logger.debug("Could not read the pool's deployments: %r", error)
            return []
        names = {module_name(deployment.entrypoint) for deployment in deployments if deployment.entrypoint}
        return with_warm_companions(name for name in names if name)
