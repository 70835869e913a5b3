"""All executors of a worker: how many, which is free, and a new one for each that ends."""

import asyncio
import logging
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing import forkserver
from uuid import UUID

from deployments.worker import preload
from deployments.worker.executor import ExecutorHandle, HeldRun, start_process
from deployments.worker.executor_process import ExecutorProfile
from deployments.worker.job_configuration import Lane
from deployments.worker.messages import Finished, Ready
from deployments.worker.owner import Owner
from deployments.worker.settings import WarmSettings

LONGEST_PAUSE = 30.0


@dataclass
class Fleet:
    """Executor processes of both lanes: N with a run each, and one whose threads share the runs that only wait."""

    settings: WarmSettings
    owner: Owner
    environment: dict[str, str]
    logger: "logging.Logger | logging.LoggerAdapter[logging.Logger]"
    on_room: Callable[[], None]
    on_finished: Callable[[HeldRun, Finished], None]
    on_lost: Callable[[HeldRun, str], None]
    _executors: dict[Lane, list[ExecutorHandle]] = field(default_factory=lambda: {"executor": [], "waiting": []})
    _starting: set["asyncio.Task[None]"] = field(default_factory=set)
    _retiring: list[ExecutorHandle] = field(default_factory=list)
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once an executor was ready."""
    _problems: set[str] = field(default_factory=set)
    _failures: int = 0
    _closing: bool = False

    def open(self, modules: Sequence[str]) -> None:
        """Start all executors; `on_room` tells when one is ready."""
        os.environ[preload.VARIABLE] = ",".join(modules)
        self._context = multiprocessing.get_context(self.settings.start_method)
        if self.settings.start_method == "forkserver":
            self._context.set_forkserver_preload(
                ["deployments.worker.fork_server", "deployments.worker.executor_process"]
            )
            forkserver.ensure_running()  # from this thread: it dies with the thread that started it
        for _ in range(self.settings.executors):
            self._start("executor")
        self._start("waiting")

    def reserve(self, lane: Lane, run: HeldRun) -> ExecutorHandle | None:
        """An executor with room, which now holds `run`; None when there is none."""
        handle = next((one for one in self._executors[lane] if one.has_room), None)
        if handle is not None:
            handle.runs[run.flow_run.id] = run
        return handle

    def has_room(self, lane: Lane) -> bool:
        """Whether a run of this lane could be taken."""
        return any(one.has_room for one in self._executors[lane])

    def holding(self, flow_run_id: UUID) -> tuple[ExecutorHandle, HeldRun] | None:
        """The executor that holds a run, and the run."""
        for handle in self:
            if (run := handle.runs.get(flow_run_id)) is not None:
                return handle, run
        return None

    def __iter__(self) -> Iterator[ExecutorHandle]:
        return iter([*self._executors["executor"], *self._executors["waiting"], *self._retiring])

    @property
    def runs(self) -> list[HeldRun]:
        """All runs in progress."""
        return [run for handle in self for run in handle.runs.values()]

    async def close(self, because: str) -> None:
        """End all executors: those without a run in order, the others at once."""
        self._closing = True
        for handle in self:
            if handle.runs:
                handle.kill(because)
            else:
                handle.retire()
        if self._starting:
            await asyncio.wait(set(self._starting), timeout=10)
        for handle in self:  # one that does not retire in time is killed, so this ends
            await handle.ended.wait()

    def _start(self, lane: Lane) -> None:
        if self._closing:
            return
        task = asyncio.create_task(self._start_executor(lane))
        self._starting.add(task)
        task.add_done_callback(self._starting.discard)

    async def _start_executor(self, lane: Lane) -> None:
        threads = self.settings.waiting_threads if lane == "waiting" else 0
        if self._failures:
            await asyncio.sleep(pause_after(self._failures))
        profile = ExecutorProfile(owner=self.owner, environment=self.environment, threads=threads)
        try:
            process, connection = await asyncio.to_thread(start_process, self._context, profile)
        except (OSError, EOFError) as error:
            self.logger.warning("An executor could not be started: %s", error)
            self._failures += 1
            asyncio.get_running_loop().call_later(1, self._start, lane)
            return
        handle = ExecutorHandle(
            process, connection, threads or 1, on_ready=self._ready, on_finished=self._finished, on_end=self._ended
        )
        self._executors[lane].append(handle)
        handle.watch()
        if self._closing:
            handle.retire()

    def _ready(self, _: ExecutorHandle, report: Ready) -> None:
        self._failures = 0
        for problem in set(report.problems) - self._problems:
            self.logger.warning("An executor could not import %s", problem)
        self._problems.update(report.problems)
        self.ready.set()
        self.on_room()

    def _finished(self, handle: ExecutorHandle, run: HeldRun, report: Finished) -> None:
        if reason := self._worn(handle, report):
            self.logger.info("Executor %s is replaced: %s", handle.pid, reason)
            self._executors["executor"].remove(handle)
            self._retiring.append(handle)
            handle.retire()
            self._start("executor")
        self.on_finished(run, report)
        self.on_room()

    def _worn(self, handle: ExecutorHandle, report: Finished) -> str:
        if handle.capacity > 1 or self._closing:
            return ""
        if handle.runs_done >= self.settings.recycle_runs:
            return f"it has done {handle.runs_done} runs"
        if report.memory_mb > self.settings.recycle_memory_mb:
            return f"it holds {report.memory_mb:.0f} MiB"
        return report.worn

    def _ended(self, handle: ExecutorHandle, reason: str) -> None:
        runs = [run for flow_run_id in list(handle.runs) if (run := handle.release(flow_run_id))]
        if handle in self._retiring:
            self._retiring.remove(handle)
        for lane, handles in self._executors.items():
            if handle in handles:
                handles.remove(handle)
                self._failures += not handle.runs_done and not runs
                self._start(lane)
        for run in runs:
            self.on_lost(run, reason)


def pause_after(failures: int) -> float:
    """Seconds before an executor is started after so many that did not get to work, in a row."""
    return min(0.2 * (1 << min(failures, 8)), LONGEST_PAUSE)
