"""Follows the runs that a worker holds: cancelled, suspended, out of memory, ended, or lost with their process."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import UUID

import psutil
from prefect.client.schemas.objects import State, StateType
from prefect.events import Event

from deployments.worker.background import Background
from deployments.worker.endings import Endings
from deployments.worker.executor import ExecutorHandle, HeldRun
from deployments.worker.fleet import Fleet
from deployments.worker.messages import Finished, Suspension
from deployments.worker.settings import WarmSettings

MEMORY_SECONDS = 0.25
"""How often the memory of runs with a limit is measured."""


@dataclass
class Supervision:
    """Sees to it that every run which this worker holds ends in the state it should."""

    fleet: Fleet
    endings: Endings
    settings: WarmSettings
    background: Background
    settle_unheld: Callable[[UUID], Awaitable[None]]
    logger: "logging.Logger | logging.LoggerAdapter[logging.Logger]"
    draining: bool = False
    ending: set[UUID] = field(default_factory=set)
    """Runs whose last state is on its way to the server."""

    def holds(self, flow_run_id: UUID) -> bool:
        """Whether the run is in this worker's hands."""
        return flow_run_id in self.ending or self.fleet.holding(flow_run_id) is not None

    def stop(self, flow_run_id: UUID) -> None:
        """A run of the pool was cancelled."""
        held = self.fleet.holding(flow_run_id)
        if held is None:
            self.background.start(self._settle_later(flow_run_id))
        elif not held[1].cancelling:
            held[1].cancelling = True
            self.background.start(self._cancel(*held))

    def suspend(self, flow_run_id: UUID, event: Event) -> None:
        """A run of the pool was suspended from outside."""
        held = self.fleet.holding(flow_run_id)
        if held is not None:
            state = State(id=event.id, type=StateType.PAUSED, name="Suspended", timestamp=event.occurred)
            held[0].suspend(Suspension(flow_run_id=flow_run_id, state=state))

    def finished(self, run: HeldRun, report: Finished) -> None:
        """An executor is done with a run."""
        if run.cancelling:
            self._end(run, lambda: self.endings.cancelled(run.flow_run.id, "The run was cancelled."))
        elif report.hopeless:
            self._end(run, lambda: self.endings.crashed(run.flow_run.id, report.problem))
        elif not report.settled:
            self._restart(run, report.problem or "its process did not run it")

    def lost(self, run: HeldRun, reason: str) -> None:
        """The process of a run has ended."""
        if run.cancelling:
            self._end(run, lambda: self.endings.cancelled(run.flow_run.id, "The run was cancelled; it was killed."))
        elif self.draining:
            self._end(run, lambda: self._reschedule(run, reason))
        else:
            self._restart(run, reason)

    async def watch_memory(self) -> None:
        """Kill executors whose run holds more memory than it may, until cancelled."""
        while True:
            await asyncio.sleep(MEMORY_SECONDS)
            for handle in self.fleet:
                limit = _memory_limit(handle)
                if limit is not None and (used := _memory_mb(handle.pid)) > limit:
                    handle.kill(f"it was killed over memory bound: it held {used:.0f} MiB of {limit} MiB")

    async def drain(self) -> None:
        """Let runs finish within the grace, then move on what remains."""
        self.draining = True
        with suppress(TimeoutError):
            async with asyncio.timeout(self.settings.drain_seconds):
                await asyncio.gather(*(run.gone.wait() for run in self.fleet.runs))
        await self.fleet.close("its worker stopped")

    async def _cancel(self, handle: ExecutorHandle, run: HeldRun) -> None:
        flow_run_id = run.flow_run.id
        handle.cancel(flow_run_id)
        with suppress(TimeoutError):
            await asyncio.wait_for(run.gone.wait(), self.settings.cancel_grace_seconds)
            return
        if handle.capacity == 1:
            handle.kill("the run was cancelled")
            return
        await self.background.insist(
            "cancel a run", lambda: self.endings.cancelled(flow_run_id, "The run was cancelled.")
        )
        handle.cancel(flow_run_id, forced=True)

    async def _settle_later(self, flow_run_id: UUID) -> None:
        # The worker that holds it comes first.
        await asyncio.sleep(self.settings.cancel_grace_seconds)
        await self.background.insist("settle a cancelled run", lambda: self.settle_unheld(flow_run_id))

    def _restart(self, run: HeldRun, reason: str) -> None:
        restarts = run.configuration.restarts

        async def act() -> None:
            state = await self.endings.restarted(run.flow_run.id, reason, restarts)
            if state is not None:
                self.logger.warning("Run %s: %s", run.flow_run.name, state.message)

        self._end(run, act)

    async def _reschedule(self, run: HeldRun, reason: str) -> None:
        current = await self.endings.client.read_flow_run(run.flow_run.id)
        await self.endings.rescheduled(current, reason, run.configuration.restarts)

    def _end(self, run: HeldRun, act: Callable[[], Awaitable[None]]) -> None:
        flow_run_id = run.flow_run.id
        self.ending.add(flow_run_id)

        async def insist() -> None:
            try:
                await self.background.insist("set the state of a run", act)
            finally:
                self.ending.discard(flow_run_id)

        self.background.start(insist())


def _memory_limit(handle: ExecutorHandle) -> int | None:
    limits = [run.configuration.memory_limit_mb for run in handle.runs.values()]
    return limits[0] if handle.capacity == 1 and limits else None


def _memory_mb(pid: int) -> float:
    """Resident memory of a process and what it started, in MiB; 0 when it has ended."""
    try:
        process = psutil.Process(pid)
        return sum(one.memory_info().rss for one in (process, *process.children(recursive=True))) / 2**20
    except psutil.NoSuchProcess:
        return 0
