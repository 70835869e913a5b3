"""Who runs a run: a name that outlives the process, so that others can tell whether it is still there."""

import os
import re
import socket
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Self

PATTERN = re.compile(
    r"(?P<host>[^:\s]+):(?P<worker_pid>\d+):(?P<executor_pid>\d+):(?P<started>[0-9a-f]+):(?P<worker>[^\n]+)"
)


@dataclass(frozen=True)
class Owner:
    """A worker process, and the executor of it that has the run.

    `host` is the host's name and its process namespace, since two containers may share a name but never their
    processes; `started` is when the worker process started, in hexadecimal milliseconds, so that a process id that
    was given out again is not mistaken for it.
    """

    host: str
    worker_pid: int
    executor_pid: int
    started: str
    worker: str

    @classmethod
    def this_process(cls, worker: str) -> Self:
        """This worker, without an executor."""
        return cls(
            host=_host(), worker_pid=os.getpid(), executor_pid=0, started=_started(os.getpid()) or "0", worker=worker
        )

    @classmethod
    def parse(cls, text: str | None) -> Self | None:
        """The owner named in a run's infrastructure id or state message, if one is."""
        match = PATTERN.search(text or "")
        if match is None:
            return None
        return cls(
            host=match["host"],
            worker_pid=int(match["worker_pid"]),
            executor_pid=int(match["executor_pid"]),
            started=match["started"],
            worker=match["worker"],
        )

    def with_executor(self, pid: int) -> Self:
        """The same worker with the executor process `pid`."""
        return replace(self, executor_pid=pid)

    def is_process_of(self, other: "Owner") -> bool:
        """Whether both name the same worker process."""
        return (self.host, self.worker_pid, self.started) == (other.host, other.worker_pid, other.started)

    @property
    def is_local(self) -> bool:
        """Whether its process would be visible from here."""
        return self.host == _host()

    @property
    def is_running_here(self) -> bool:
        """Whether the very process is alive, for an owner on this host."""
        return _started(self.worker_pid) == self.started

    def __str__(self) -> str:
        return f"{self.host}:{self.worker_pid}:{self.executor_pid}:{self.started}:{self.worker}"


@lru_cache(maxsize=1)
def _host() -> str:
    namespace = Path("/proc/self/ns/pid")
    suffix = f"-{namespace.stat().st_ino}" if namespace.exists() else ""
    return socket.gethostname().replace(":", "-") + suffix


def _started(pid: int) -> str | None:
    import psutil  # noqa: PLC0415 - every Prefect command imports this package

    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        return f"{int(process.create_time() * 1000):x}"
    except psutil.NoSuchProcess:
        return None
