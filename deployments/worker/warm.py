"""The worker type `warm`: takes runs from its pool and hands each to a process that is ready for it."""

import asyncio
import contextlib
import os
import signal
from typing import TYPE_CHECKING, Any

import anyio.abc
import httpx
from prefect.client.schemas.objects import FlowRun
from prefect.settings import get_current_settings
from prefect.workers.base import BaseWorker, BaseWorkerResult

from deployments.worker.job_configuration import WarmJobConfiguration, WarmJobVariables, base_job_template

if TYPE_CHECKING:
    from deployments.worker.operation import Operation


STOPPING = (signal.SIGTERM, signal.SIGINT)


class WarmWorkerResult(BaseWorkerResult):
    """How a run's infrastructure ended; a warm worker does not report through it."""


class WarmWorker(BaseWorker[WarmJobConfiguration, WarmJobVariables, WarmWorkerResult]):
    """Runs flow runs in processes that stay alive with flows imported.

    What a worker is to Prefect (heartbeats, pool, polling, command line) comes from `BaseWorker`; how runs are taken,
    run and followed is an `Operation` of our own, imported when a worker starts, since every Prefect command that
    lists worker types imports this module.
    """

    type = "warm"
    job_configuration = WarmJobConfiguration
    job_configuration_variables = WarmJobVariables
    _description = (
        "Runs flow runs in processes that stay alive with flows imported and models loaded: "
        "a run starts in a fraction of a second."
    )

    _operation: "Operation | None" = None

    @classmethod
    def get_default_base_job_template(cls) -> dict[str, Any]:
        """The pool's form: only what a warm worker heeds."""
        return base_job_template()

    async def setup(self) -> None:
        """Connect, start the executors and subscribe to the pool's events."""
        await super().setup()
        from deployments.worker.operation import Operation  # noqa: PLC0415 - see the class's docstring

        self._stop_on_signals()
        environment = get_current_settings().to_environment_variables(exclude_unset=True)
        self._operation = Operation(self, environment, self._limit)
        if self._work_pool is not None:
            await self._operation.open(self._work_pool)

    def _stop_on_signals(self) -> None:
        """Drain on the first SIGTERM or SIGINT, end at once on the second.

        Prefect's command line turns SIGTERM into SIGINT, which a shell makes background programs ignore.
        """
        loop, task = asyncio.get_running_loop(), asyncio.current_task()

        def stop(signum: signal.Signals) -> None:
            self._logger.info("Received %s: taking no more runs, letting those in progress finish", signum.name)
            for each in STOPPING:
                loop.remove_signal_handler(each)
                signal.signal(each, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
            if task is not None:
                task.cancel()

        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):  # not in the main thread, or Windows
            for each in STOPPING:
                loop.add_signal_handler(each, stop, each)

    async def get_and_submit_flow_runs(self) -> list[FlowRun]:
        """The safety poll: events tell of new runs, this finds what they missed."""
        if self._operation is not None and self._has_successfully_synced:
            await self._operation.poll()
            self._last_polled_time = self._operation.dispatch.looked_at
        return []

    async def _sync_and_initialize(self) -> None:
        try:
            await super()._sync_and_initialize()
        except httpx.HTTPError as error:
            if not self.is_setup:
                raise
            # The base class gives up after a while; this worker waits for its server for as long as it takes.
            self._logger.warning("The Prefect server could not be reached for a heartbeat: %r", error)
            return
        if self._operation is not None and self._work_pool is not None:
            await self._operation.open(self._work_pool)

    async def _setup_cancellation_observer(self) -> None:
        """Nothing: cancellations come with the worker's own subscription."""

    async def teardown(self, *exc_info: Any) -> None:
        """Take no more runs, let those in progress finish within the grace, move on the rest."""
        if self._operation is not None:
            with anyio.CancelScope(shield=True):
                await self._operation.close()
            self._operation = None
        await super().teardown(*exc_info)

    async def run(
        self,
        flow_run: FlowRun,
        configuration: WarmJobConfiguration,
        task_status: "anyio.abc.TaskStatus[int] | None" = None,
    ) -> WarmWorkerResult:
        """Not how a warm worker runs things.

        Raises:
            NotImplementedError: always; deployments run through their work pool.
        """
        raise NotImplementedError("A warm worker runs deployments of its work pool; it takes no ad-hoc flows.")
