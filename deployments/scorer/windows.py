"""The flow runs that verdicts belong to: one is kept in store for each owner, and runs when its window closes."""

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

import httpx
from prefect.client.orchestration import PrefectClient
from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError
from prefect.states import Scheduled

from blocks.block_error import BlockError
from blocks.payment_store import PaymentStore
from deployments.scorer.problem import ScoringProblem
from tasks.run_owner import TAG

logger = logging.getLogger("scorer")

DEPLOYMENT: Final = "record-verdicts/interactive"
FAR: Final = timedelta(days=3650)
"""When a spare run would start if nobody needed it."""

WINDOW_SECONDS: Final = 10.0
WINDOW_VERDICTS: Final = 2000
LOOK_EVERY: Final = 0.5
LONGEST_PAUSE: Final = 10.0

TROUBLES = (httpx.HTTPError, PrefectHTTPStatusError, ObjectNotFound, BlockError, OSError)


@dataclass
class Window:
    """The run that an owner's verdicts go to now, and what has."""

    run_id: str
    verdicts: int = 0
    since: float = 0.0

    @property
    def is_due(self) -> bool:
        """Whether it has verdicts and has been open long enough, or has many."""
        full = self.verdicts >= WINDOW_VERDICTS
        return self.verdicts > 0 and (full or time.monotonic() - self.since >= WINDOW_SECONDS)


class Windows:
    """Current windows by owner. While Prefect is away they stay open."""

    def __init__(self, store: PaymentStore, api: str, gate: threading.Lock, is_writer: Callable[[], bool]) -> None:
        """`gate` is held by whoever stores verdicts, so that none goes to a window that has just been closed.

        `is_writer` says whether this process is the one that writes to the store: another's windows are not touched.
        """
        self._store = store
        self._api = api
        self._gate = gate
        self._is_writer = is_writer
        self._windows: dict[str, Window] = {}
        self._opening: dict[str, asyncio.Lock] = {}
        self._loaded = False
        self._some_closed = False

    def run_of(self, owner: str) -> str:
        """The run that a verdict of an owner belongs to; call `ensure` before, and hold the gate."""
        window = self._windows.get(owner)
        if window is None:
            raise ScoringProblem(503, "scorer-no-run", "The windows are being read anew; repeat.", retry_after=1)
        if not window.verdicts:
            window.since = time.monotonic()
        window.verdicts += 1
        return window.run_id

    def forget(self) -> None:
        """Read the windows anew: this process has just become the store's writer. Hold the gate."""
        self._windows.clear()
        self._loaded = False

    async def ensure(self, owner: str) -> None:
        """Have a window for an owner. Raises ScoringProblem when Prefect does not make a run for it."""
        if owner in self._windows or not self._is_writer():
            return
        async with self._opening.setdefault(owner, asyncio.Lock()):
            if owner in self._windows:
                return
            try:
                await self._load()
                if owner not in self._windows:
                    await self._open(owner)
            except TROUBLES as error:
                raise ScoringProblem(
                    503,
                    "scorer-no-run",
                    f"Prefect made no flow run for the verdicts to belong to ({_said(error)}). Nothing was counted; "
                    "repeat the request.",
                    retry_after=2,
                ) from error

    async def keep(self) -> None:
        """Open windows in advance for owners who had some, close those that are due; until cancelled."""
        pause = LOOK_EVERY
        while True:
            try:
                if not self._is_writer():
                    await asyncio.sleep(LOOK_EVERY)
                    continue
                await self._load()
                for owner in [owner for owner, window in self._windows.items() if window.is_due]:
                    await self._open(owner, instead_of=self._windows[owner].run_id)
                await self._start_closed()
                pause = LOOK_EVERY
            except TROUBLES as error:
                pause = min(LONGEST_PAUSE, pause * 2)
                logger.warning("windows of verdicts stay open: %s", _said(error))
            await asyncio.sleep(pause)

    async def _load(self) -> None:
        """Take up the windows that were open when the scorer last ended."""
        if self._loaded:
            return
        for run_id, owner, _ in await asyncio.to_thread(self._store.windows, "open"):
            used = await asyncio.to_thread(self._store.has_verdicts, run_id)
            self._windows[owner] = Window(run_id, int(used), time.monotonic())
        self._loaded = self._some_closed = True

    async def _open(self, owner: str, instead_of: str | None = None) -> None:
        run_id = await self._spare_run(owner)

        def switch() -> None:
            with self._gate:
                self._store.open_window(run_id, owner, instead_of=instead_of)
                self._windows[owner] = Window(run_id)

        await asyncio.to_thread(switch)
        self._some_closed = self._some_closed or instead_of is not None

    async def _spare_run(self, owner: str) -> str:
        """A run that does not start by itself; the same one again when it was made and not noted, as in a crash."""
        number = await asyncio.to_thread(self._store.count_windows, owner)
        async with PrefectClient(self._api) as client:
            deployment = await client.read_deployment_by_name(DEPLOYMENT)
            for key in (f"verdicts:{owner}:{number}", f"verdicts:{owner}:{uuid4()}"):
                run = await client.create_flow_run_from_deployment(
                    deployment.id,
                    parameters={"request": {}},
                    state=Scheduled(scheduled_time=datetime.now(UTC) + FAR),
                    tags=[f"{TAG}{owner}"],
                    idempotency_key=key,
                    work_queue_name=deployment.work_queue_name,
                )
                if _is_spare(run.expected_start_time) and not await self._is_noted(str(run.id)):
                    break
        return str(run.id)

    async def _is_noted(self, run_id: str) -> bool:
        return await asyncio.to_thread(self._store.owner_of_window, run_id) is not None

    async def _start_closed(self) -> None:
        """Let the runs of closed windows start."""
        if not self._some_closed:
            return
        for run_id, owner, _ in await asyncio.to_thread(self._store.windows, "closed"):
            async with PrefectClient(self._api) as client:
                await _start(client, UUID(run_id), owner)
            await asyncio.to_thread(self._store.mark_window, run_id, "scheduled")
        self._some_closed = False


async def _start(client: PrefectClient, run_id: UUID, owner: str) -> None:
    try:
        run = await client.read_flow_run(run_id)
    except ObjectNotFound:  # somebody deleted it: another run records its window
        deployment = await client.read_deployment_by_name(DEPLOYMENT)
        await client.create_flow_run_from_deployment(
            deployment.id,
            parameters={"request": {"window": str(run_id)}},
            tags=[f"{TAG}{owner}"],
            idempotency_key=f"verdicts-of:{run_id}",
        )
        return
    if run.state is not None and (_is_spare(run.expected_start_time) or run.state.is_cancelled()):
        await client.set_flow_run_state(run_id, Scheduled(scheduled_time=datetime.now(UTC)), force=True)


def _is_spare(expected: datetime | None) -> bool:
    return expected is not None and expected > datetime.now(UTC) + FAR / 2


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]
