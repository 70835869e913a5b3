"""The worker's side of an executor process: starts it, assigns runs, learns at once when and why it ends."""

import asyncio
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from typing import Any
from uuid import UUID

from prefect.client.schemas.objects import FlowRun

from deployments.worker.executor_process import ExecutorProfile, main
from deployments.worker.exit_reason import exit_reason
from deployments.worker.job_configuration import WarmJobConfiguration
from deployments.worker.messages import (
    REPORT,
    Assignment,
    Cancellation,
    Finished,
    Order,
    Ready,
    Report,
    Retirement,
    Suspension,
)


@dataclass
class HeldRun:
    """A run that this worker has claimed."""

    flow_run: FlowRun
    configuration: WarmJobConfiguration
    cancelling: bool = False
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when its executor no longer has it."""


@dataclass(eq=False)
class ExecutorHandle:
    """One executor process. `capacity` runs at a time: 1, or many threads for runs that only wait."""

    process: BaseProcess
    connection: Connection
    capacity: int
    on_ready: Callable[["ExecutorHandle", Ready], None]
    on_finished: Callable[["ExecutorHandle", HeldRun, Finished], None]
    on_end: Callable[["ExecutorHandle", str], None]
    runs: dict[UUID, HeldRun] = field(default_factory=dict)
    ready: bool = False
    retiring: bool = False
    runs_done: int = 0
    killed_because: str = ""
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def pid(self) -> int:
        """Process id."""
        return self.process.pid or 0

    @property
    def has_room(self) -> bool:
        """Whether it can take one more run."""
        return self.ready and not self.retiring and not self.ended.is_set() and len(self.runs) < self.capacity

    def watch(self) -> None:
        """Follow the process's reports and its end on the running event loop."""
        loop = asyncio.get_running_loop()
        loop.add_reader(self.connection.fileno(), self._read)
        loop.add_reader(self.process.sentinel, self._end)

    def assign(self, run: HeldRun, entrypoint: str, env: dict[str, str]) -> None:
        """Start a run that was reserved here (it is in `runs`)."""
        self._send(Assignment(flow_run=run.flow_run, entrypoint=entrypoint, env=env))

    def release(self, flow_run_id: UUID) -> HeldRun | None:
        """Hold a run no longer."""
        run = self.runs.pop(flow_run_id, None)
        if run is not None:
            run.gone.set()
        return run

    def cancel(self, flow_run_id: UUID, *, forced: bool = False) -> None:
        """Let a run stop; `forced`: interrupt its thread."""
        self._send(Cancellation(flow_run_id=flow_run_id, forced=forced))

    def suspend(self, order: Suspension) -> None:
        """Tell a run that it was suspended."""
        self._send(order)

    def retire(self) -> None:
        """Take no more runs; end when what is buffered has been sent, or after ten seconds."""
        self.retiring = True
        self._send(Retirement())
        asyncio.get_running_loop().call_later(10, self._kill_if_alive)

    def _kill_if_alive(self) -> None:
        if not self.ended.is_set():
            self.kill("it did not end when asked to")

    def kill(self, because: str) -> None:
        """End the process and everything it started, now."""
        self.killed_because = self.killed_because or because
        for kill, target in ((os.killpg, self.pid), (os.kill, self.pid)):
            with suppress(ProcessLookupError, PermissionError):
                kill(target, signal.SIGKILL)

    def _send(self, order: Order) -> None:
        with suppress(BrokenPipeError, OSError):  # it has ended; its end is handled where it is noticed
            self.connection.send_bytes(order.model_dump_json().encode())

    def _read(self) -> None:
        try:
            while self.connection.poll():
                self._handle(REPORT.validate_json(self.connection.recv_bytes()))
        except (EOFError, OSError):
            asyncio.get_running_loop().remove_reader(self.connection.fileno())

    def _handle(self, report: Report) -> None:
        if isinstance(report, Ready):
            self.ready = True
            self.on_ready(self, report)
            return
        run = self.release(report.flow_run_id)
        self.runs_done += 1
        if run is not None:
            self.on_finished(self, run, report)

    def _end(self) -> None:
        if self.ended.is_set():
            return
        loop = asyncio.get_running_loop()
        loop.remove_reader(self.process.sentinel)
        self._read()  # what it said last counts
        self.ready = False
        self.ended.set()
        loop.remove_reader(self.connection.fileno())
        self.process.join(timeout=1)
        self.kill("")  # what it started may outlive it
        self.connection.close()
        self.on_end(self, self.killed_because or exit_reason(self.process.exitcode))


def start_process(context: BaseContext, profile: ExecutorProfile) -> tuple[BaseProcess, Connection]:
    """Start an executor process; blocks while the fork server starts.

    Raises:
        OSError: no process could be started.
    """
    ours, theirs = context.Pipe()
    make: Any = context
    process: BaseProcess = make.Process(target=main, args=(theirs, profile), name="warm-executor", daemon=False)
    process.start()
    theirs.close()
    return process, ours
