"""Takes runs that are due from a work pool and hands each to an executor with room."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import FlowRun, State
from prefect.client.schemas.responses import DeploymentResponse
from prefect.exceptions import Abort, ObjectNotFound
from prefect.logging.loggers import flow_run_logger
from prefect.settings import PREFECT_WORKER_QUERY_SECONDS
from prefect.states import Pending
from prefect.utilities.engine import propose_state

from deployments.worker.background import Background
from deployments.worker.deployment_cache import DeploymentCache
from deployments.worker.endings import Endings
from deployments.worker.executor import ExecutorHandle, HeldRun
from deployments.worker.fleet import Fleet
from deployments.worker.impatience import impatient
from deployments.worker.job_configuration import UnusableJobVariables, WarmJobConfiguration, resolved
from deployments.worker.owner import Owner


@dataclass
class Dispatch:
    """Looks for due runs whenever it is woken, and claims as many as there is room for.

    A claim is the transition from Scheduled to Pending, which the server grants to one worker only; its message names
    the owner, so that whoever finds the run later knows whom to ask for.
    """

    client: PrefectClient
    pool: str
    queues: list[str]
    template: Callable[[], dict[str, Any]]
    fleet: Fleet
    owner: Owner
    endings: Endings
    background: Background
    logger: "logging.Logger | logging.LoggerAdapter[logging.Logger]"
    stopped: bool = False
    looked_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __post_init__(self) -> None:
        self.deployments = DeploymentCache(self.client)
        self._woken = asyncio.Event()
        self._looking = asyncio.Lock()
        self._alarm: asyncio.TimerHandle | None = None

    def wake(self) -> None:
        """A run may be due, or an executor has room."""
        self._woken.set()

    async def look_when_woken(self) -> None:
        """Look each time it is woken, until cancelled."""
        while True:
            await self._woken.wait()
            self._woken.clear()
            try:
                await self.look()
            except httpx.HTTPError as error:
                self.logger.debug("Could not look for due runs: %r", error)

    async def look(self) -> None:
        """Look once.

        Raises:
            httpx.HTTPError: the server could not be asked.
        """
        async with self._looking:
            if self.stopped or not (self.fleet.has_room("executor") or self.fleet.has_room("waiting")):
                self.looked_at = datetime.now(UTC)
                return
            ahead = timedelta(seconds=PREFECT_WORKER_QUERY_SECONDS.value() * 1.5)
            try:
                with impatient():
                    found = await self.client.get_scheduled_flow_runs_for_work_pool(
                        self.pool, work_queue_names=self.queues, scheduled_before=datetime.now(UTC) + ahead
                    )
            except ObjectNotFound:
                return  # the pool or a queue is not there yet
            self.looked_at = datetime.now(UTC)
            claims = [claim for entry in found if (claim := await self._offer(entry.flow_run))]
            if claims:
                # The server keeps to limits by counting what is claimed: looking again before that would let it
                # hand out more than the limit.
                await asyncio.wait(claims)

    async def _offer(self, run: FlowRun) -> "asyncio.Task[Any] | None":
        """Start a run that is due if an executor has room; the task that claims it."""
        due_in = ((run.next_scheduled_start_time or self.looked_at) - datetime.now(UTC)).total_seconds()
        if due_in > 0:
            self._wake_in(due_in)
            return None
        if self.fleet.holding(run.id) or run.deployment_id is None:
            return None
        try:
            deployment = await self.deployments.known(run.deployment_id)
        except ObjectNotFound:
            self.background.start(self.endings.cancelled(run.id, "Its deployment no longer exists."))
            return None
        try:
            configuration = await self._configuration(run, deployment)
        except UnusableJobVariables:
            configuration = WarmJobConfiguration()  # once it is claimed it is asked for again, and the run ends
        held = HeldRun(run, configuration)
        handle = self.fleet.reserve(held.configuration.lane, held)
        return None if handle is None else self.background.start(self._start(held, handle))

    def _wake_in(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        when = loop.time() + seconds
        if self._alarm is None or self._alarm.when() <= loop.time() or when < self._alarm.when():
            if self._alarm is not None:
                self._alarm.cancel()
            self._alarm = loop.call_at(when, self.wake)

    async def _start(self, held: HeldRun, handle: ExecutorHandle) -> None:
        run = held.flow_run
        try:
            deployment, claimed = await asyncio.gather(self._deployment(run), self._claim(run, handle))
            if not claimed:
                handle.release(run.id)
                self.wake()
            elif deployment is None:
                handle.release(run.id)
                await self.endings.cancelled(run.id, "Its deployment no longer exists.")
            elif run.id in handle.runs and not held.cancelling:  # else its executor ended, or it was cancelled
                held.configuration = await self._configuration(run, deployment)
                env = {name: value for name, value in held.configuration.env.items() if value is not None}
                self._warn_of_ignored(held, env)
                handle.assign(held, deployment.entrypoint or "", env)
        except UnusableJobVariables as error:
            handle.release(run.id)
            await self.endings.crashed(run.id, f"its job variables can't be used: {error}")
        except Exception:
            # Whether the claim was granted may be unknown: recovery finds a run that nothing holds.
            handle.release(run.id)
            self.logger.exception("Could not start run %s", run.name)
            self.wake()

    async def _claim(self, run: FlowRun, handle: ExecutorHandle) -> bool:
        state: State[Any] = Pending(message=f"Claimed by {self.owner.with_executor(handle.pid)}")
        try:
            state = await propose_state(self.client, state, flow_run_id=run.id)
        except Abort:
            return False  # another worker was faster
        except ObjectNotFound:
            return False
        return state.is_pending()

    async def _deployment(self, run: FlowRun) -> DeploymentResponse | None:
        try:
            return await self.deployments.current(run.deployment_id) if run.deployment_id else None
        except ObjectNotFound:
            return None

    async def _configuration(self, run: FlowRun, deployment: DeploymentResponse) -> WarmJobConfiguration:
        return await resolved(self.client, self.template(), deployment.job_variables or {}, run.job_variables or {})

    async def restarts_of(self, run: FlowRun) -> int:
        """How often a run may be started again; for a run that this worker does not hold."""
        deployment = await self._deployment(run)
        try:
            return (await self._configuration(run, deployment)).restarts if deployment else 0
        except UnusableJobVariables:
            return 0

    def _warn_of_ignored(self, held: HeldRun, env: dict[str, str]) -> None:
        if held.configuration.lane == "waiting" and (env or held.configuration.memory_limit_mb):
            flow_run_logger(held.flow_run).warning(
                "Runs of lane `waiting` share a process: env and memory_limit_mb are ignored."
            )
