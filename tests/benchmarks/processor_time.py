"""Who used the processor: each program of the running stack with its children, this process, and everything else."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil

GENERATOR, OTHERS = "generator", "everything else"


class ProcessorShares:
    """Shares of one core over a stretch of time, by program."""

    def __init__(self) -> None:
        """Of the stack that is up on the data folder (`DATA_DIR`)."""
        from blocks.settings import get_settings
        from deployments.stack.layout import Layout
        from deployments.stack.supervisor import Supervisor

        layout = Layout(get_settings())
        listed = {program.name: program.pid for program in Supervisor(layout).status()}
        if (note := layout.postgres / "postmaster.pid").exists():  # it is no child of the program that looks after it
            listed["postgres"] = int(note.read_text().partition("\n")[0])
        self._programs = {GENERATOR: os.getpid(), **listed}
        self.shares: dict[str, float] = {}

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Measure while the context lasts."""
        before = self._seconds()
        yield
        after = self._seconds()
        took = after.pop("clock") - before.pop("clock")
        self.shares = {name: (after[name] - before[name]) / took for name in before}
        self.shares[OTHERS] -= sum(share for name, share in self.shares.items() if name != OTHERS)

    def _seconds(self) -> dict[str, float]:
        whole = psutil.cpu_times()
        idle = whole.idle + getattr(whole, "iowait", 0.0)
        guest = getattr(whole, "guest", 0.0) + getattr(whole, "guest_nice", 0.0)  # counted in user and nice too
        used = {name: sum(map(_used, _tree(pid))) for name, pid in self._programs.items()}
        return {**used, OTHERS: sum(whole) - guest - idle, "clock": time.perf_counter()}


def _tree(pid: int) -> list[psutil.Process]:
    program = psutil.Process(pid)
    return [program, *program.children(recursive=True)]


def _used(process: psutil.Process) -> float:
    """Seconds of a process and of its children that have ended."""
    with suppress(psutil.NoSuchProcess):
        times = process.cpu_times()
        return float(times.user + times.system + times.children_user + times.children_system)
    return 0.0
