"""The flow runs that verdicts belong to: one is kept in store for each owner, and runs when its window closes."""

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

import httpx
from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError

from blocks.block_error import BlockError
from blocks.payment_store import PaymentStore
from deployments.scorer.problem import ScoringProblem
from deployments.scorer.window_runs import WindowRuns

logger = logging.getLogger("scorer")

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

    def __init__(
        self, store: PaymentStore, runs: WindowRuns, gate: threading.Lock, is_writer: Callable[[], bool]
    ) -> None:
        """`gate` is held by whoever stores verdicts, so that none goes to a window that has just been closed.

        `is_writer` says whether this process is the one that writes to the store: another's windows are not touched.
        """
        self._store = store
        self._runs = runs
        self._gate = gate
        self._is_writer = is_writer
        self._windows: dict[str, Window] = {}
        self._opening: dict[str, asyncio.Lock] = {}
        self._loading = asyncio.Lock()
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
                self._some_closed = True
                pause = min(LONGEST_PAUSE, pause * 2)
                logger.warning("windows of verdicts stay open: %s", _said(error))
            await asyncio.sleep(pause)

    async def _load(self) -> None:
        """Take up the windows that were open when the scorer last ended."""

        def read() -> None:
            with self._gate:
                for run_id, owner, _ in self._store.windows("open"):
                    used = self._store.has_verdicts(run_id)
                    self._windows[owner] = Window(run_id, int(used), time.monotonic())
                self._loaded = self._some_closed = True

        async with self._loading:  # read twice, the second reading would forget what was judged since the first
            if not self._loaded:
                await asyncio.to_thread(read)

    async def _open(self, owner: str, instead_of: str | None = None) -> None:
        run_id = await self._unused_run(owner)

        def switch() -> None:
            with self._gate:
                self._store.open_window(run_id, owner, instead_of=instead_of)
                self._windows[owner] = Window(run_id)

        await asyncio.to_thread(switch)
        self._some_closed = self._some_closed or instead_of is not None

    async def _unused_run(self, owner: str) -> str:
        """A spare run of no window; the same one again when it was made and not noted, as in a crash."""
        number = await asyncio.to_thread(self._store.count_windows, owner)
        for key in (f"verdicts:{owner}:{number}", f"verdicts:{owner}:{uuid4()}"):
            run_id = await self._runs.spare(owner, key)
            if run_id is not None and await asyncio.to_thread(self._store.owner_of_window, run_id) is None:
                return run_id
        raise BlockError("its new run has started already, or belongs to another window")

    async def _start_closed(self) -> None:
        """Let the runs of closed windows start."""
        if not self._some_closed:
            return
        self._some_closed = False
        for run_id, owner, _ in await asyncio.to_thread(self._store.windows, "closed"):
            await self._runs.start(run_id, owner)
            await asyncio.to_thread(self._store.mark_window, run_id, "scheduled")


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]
