"""A worker that stops lets runs finish or moves them on; one that dies is recovered from."""

import os
import signal
from pathlib import Path
from typing import Any

import psutil
import pytest

pytestmark = [pytest.mark.worker, pytest.mark.resilience]


def executors(pid: int) -> list[psutil.Process]:
    return psutil.Process(pid).children(recursive=True)


def test_sigterm_lets_a_run_finish_and_moves_on_what_does_not(pool: Any, tmp_path: Path, eventually: Any) -> None:
    worker = pool.start_worker(WARM_DRAIN_SECONDS="2")
    quick, slow, late = (tmp_path / name for name in ("quick", "slow", "late"))
    finishing = pool.run("linger", marker=str(quick), seconds=1.5)
    remaining = pool.run("linger", marker=str(slow), seconds=30)
    risky = pool.deploy("linger", restarts=0)
    eventually(lambda: quick.exists() and slow.exists(), 40)
    worker.terminate()
    after = pool.submit(risky, marker=str(late), seconds=0)
    assert worker.wait(15) == 0
    assert pool.read(finishing).state.name == "Completed"
    moved = pool.read(remaining)
    assert (moved.state.name, moved.state.message) == ("Rescheduled", "Rescheduled: its worker stopped.")
    assert pool.read(after).state.name == "Scheduled", "a draining worker takes nothing new"


def test_runs_of_a_killed_worker_are_started_again_by_the_next(pool: Any, tmp_path: Path, eventually: Any) -> None:
    worker = pool.start_worker()
    marker, once = tmp_path / "marker", tmp_path / "once"
    run = pool.run("linger_once", marker=str(marker))
    unsafe = pool.run("native", {"restarts": 0}, marker=str(once))
    eventually(lambda: marker.exists() and once.exists(), 40)
    children = executors(worker.pid)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait(5)
    _, alive = psutil.wait_procs(children, timeout=3)
    assert not alive, "executors die with their worker"
    pool.start_worker()
    assert pool.wait(run, seconds=40).state.name == "Completed"
    assert pool.names(run).count("Rescheduled") == 1
    crashed = pool.wait(unsafe)
    assert crashed.state.type.value == "CRASHED"
    assert "worker tester died" in crashed.state.message


def test_another_worker_takes_over_and_leaves_live_ones_alone(pool: Any, tmp_path: Path, eventually: Any) -> None:
    env = {"WARM_EXECUTORS": "1", "WARM_SWEEP_SECONDS": "1"}
    workers = {worker.pid: worker for worker in [pool.start_worker(name=name, **env) for name in ("first", "second")]}
    orphaned, kept = tmp_path / "orphaned", tmp_path / "kept"
    run = pool.run("linger_once", marker=str(orphaned))
    live = pool.run("linger", marker=str(kept), seconds=4)
    eventually(lambda: orphaned.exists() and kept.exists(), 40)
    owner = workers[int(pool.read(run).infrastructure_pid.split(":")[1])]
    owner.kill()
    owner.wait(5)
    assert pool.wait(run, seconds=40).state.name == "Completed"
    assert pool.names(run).count("Rescheduled") == 1
    assert pool.wait(live).state.name == "Completed"
    assert [name for name in pool.names(live) if name != "Late"] == ["Scheduled", "Pending", "Running", "Completed"]
