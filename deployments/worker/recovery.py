"""Finds runs that a worker took and left behind when it died, and starts them again."""

import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
    WorkPoolFilter,
    WorkPoolFilterName,
)
from prefect.client.schemas.objects import FlowRun, StateType

from deployments.worker.endings import Endings
from deployments.worker.host_lock import host_lock
from deployments.worker.owner import Owner

TAKEN = [StateType.PENDING, StateType.RUNNING, StateType.CANCELLING]
SETTLING = timedelta(seconds=3)
"""How long a run of our own that nothing runs may be between two hands (a claim on its way, an ending on its way)."""
UNOWNED = timedelta(seconds=60)
"""… and a run that names nobody."""
TAKEOVER = timedelta(seconds=90)
"""How long a worker of the same name on another host is given: longer than it may take to drain and be killed."""


@dataclass
class Recovery:
    """Looks through the pool's taken runs for owners that are gone.

    Only one worker acts for another, so that no run is started twice: on its own host whoever holds the host's lock,
    elsewhere the first by name of those that live.
    """

    client: PrefectClient
    endings: Endings
    pool: str
    owner: Owner
    holds: Callable[[UUID], bool]
    stop: Callable[[UUID], None]
    restarts: Callable[[FlowRun], Awaitable[int]]
    logger: "logging.Logger | logging.LoggerAdapter[logging.Logger]"
    started: datetime = field(default_factory=lambda: datetime.now(UTC))

    async def sweep(self) -> int:
        """Start again what dead workers left; the number of such runs."""
        taken = await self._taken()
        for run in taken:
            if run.state is not None and run.state.is_cancelling() and self.holds(run.id):
                self.stop(run.id)  # its event may have been missed
        orphans = [run for run in taken if not self.holds(run.id)]
        if not orphans:
            return 0
        live = await self._live_workers()
        found = 0
        with host_lock(str(self.client.api_url) + self.pool) as held:
            for run in orphans if held else []:  # else a neighbour is at it
                reason = self._gone(run, live)
                if reason is not None:
                    found += await self._recover(run.id, reason, live)
        return found

    async def settle_cancelled(self, flow_run_id: UUID) -> None:
        """End a cancelled run that no live worker holds; nothing else would."""
        run = await self.client.read_flow_run(flow_run_id)
        if run.state is not None and run.state.is_cancelling() and not self.holds(run.id):
            reason = self._gone(run, await self._live_workers())
            if reason is not None:
                await self.endings.cancelled(run.id, f"Cancelled; {reason}.")

    async def _recover(self, flow_run_id: UUID, reason: str, live: Iterable[str]) -> bool:
        run = await self.client.read_flow_run(flow_run_id)  # it may have moved since the list was read
        if run.state is None or run.state.type not in TAKEN or self.holds(run.id) or self._gone(run, live) is None:
            return False
        state = await self.endings.rescheduled(run, reason, await self.restarts(run))
        if state is not None:
            self.logger.info("Run %s of a dead worker is now %s: %s", run.name, state.name, reason)
        return state is not None

    def _gone(self, run: FlowRun, live: Iterable[str]) -> str | None:
        """Why nobody runs this run; None when somebody may."""
        age = datetime.now(UTC) - (run.state.timestamp if run.state else datetime.now(UTC))
        owner = owner_of(run)
        if owner is None:
            return "its worker is unknown" if age > UNOWNED and self._acts_for_others(live) else None
        if owner.is_process_of(self.owner):
            return "its process is gone" if age > SETTLING else None
        if owner.is_local:
            return None if owner.is_running_here else f"worker {owner.worker} died"
        if owner.worker == self.owner.worker:
            return f"worker {owner.worker} was replaced" if datetime.now(UTC) - self.started > TAKEOVER else None
        if owner.worker in live or not self._acts_for_others(live):
            return None
        return f"worker {owner.worker} stopped answering"

    def _acts_for_others(self, live: Iterable[str]) -> bool:
        return self.owner.worker == min(live, default=self.owner.worker)

    async def _taken(self) -> list[FlowRun]:
        taken: list[FlowRun] = []
        while True:
            page = await self.client.read_flow_runs(
                flow_run_filter=FlowRunFilter(
                    state=FlowRunFilterState(type=FlowRunFilterStateType(any_=TAKEN)),
                ),
                work_pool_filter=WorkPoolFilter(name=WorkPoolFilterName(any_=[self.pool])),
                limit=200,
                offset=len(taken),
            )
            taken += page
            if len(page) < 200:
                return taken

    async def _live_workers(self) -> list[str]:
        workers = await self.client.read_workers_for_work_pool(self.pool)
        return [worker.name for worker in workers if worker.status == "ONLINE"]


def owner_of(run: FlowRun) -> Owner | None:
    """Who has a taken run: until it runs the claim says so, then its infrastructure id."""
    state = run.state
    if state is not None and state.is_pending():
        return Owner.parse(state.message)
    return Owner.parse(run.infrastructure_pid)
