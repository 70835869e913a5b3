"""A run whose process dies starts again as often as it may, then ends Crashed and says why."""

import json
import os
import signal
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.worker


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ("exit", "ended by itself with exit code 0"),
        ("code", "ended by itself with exit code 7"),
        ("segfault", "killed by SIGSEGV"),
        ("kill", "killed by SIGKILL"),
        ("terminate", "killed by SIGTERM"),
    ],
)
def test_death_without_restarts_ends_crashed_with_its_reason(warm: Any, tmp_path: Path, how: str, reason: str) -> None:
    run = warm.wait(warm.run("die", {"restarts": 0}, how=how, marker=str(tmp_path / "marker")), seconds=6)
    assert run.state.type.value == "CRASHED"
    assert reason in run.state.message
    assert len((tmp_path / "marker").read_text().split()) == 1


def test_run_is_restarted_once_and_then_crashes(warm: Any, tmp_path: Path) -> None:
    run = warm.wait(warm.run("die", how="code", marker=str(tmp_path / "marker")))
    assert run.state.type.value == "CRASHED"
    assert "It was restarted 1 of 1 times" in run.state.message
    restarting = next(state for state in warm.states(run.id) if state["name"] == "Restarting")
    assert restarting["message"].startswith("Restart 1 of 1: its process ended by itself with exit code 7")
    first, second = (tmp_path / "marker").read_text().split()
    assert first != second, "another process ran it"


def test_run_that_survives_its_restart_completes(warm: Any, tmp_path: Path) -> None:
    run = warm.wait(warm.run("die", how="segfault", marker=str(tmp_path / "marker"), times=1))
    assert run.state.name == "Completed"


def test_executor_killed_from_outside_costs_only_its_own_run(warm: Any, tmp_path: Path, eventually: Any) -> None:
    markers = [tmp_path / "one", tmp_path / "two"]
    runs = [warm.run("linger", marker=str(marker), seconds=1.5) for marker in markers]
    pids = [int(eventually(lambda marker=marker: marker.exists() and marker.read_text())) for marker in markers]
    os.kill(pids[0], signal.SIGKILL)
    assert [warm.wait(run).state.name for run in runs] == ["Completed", "Completed"]
    assert "Restarting" in warm.names(runs[0])
    assert "Restarting" not in warm.names(runs[1])


def test_run_over_its_memory_bound_is_killed(warm: Any, tmp_path: Path) -> None:
    variables = {"restarts": 0, "memory_limit_mb": 300}
    run = warm.wait(warm.run("die", variables, how="memory", marker=str(tmp_path / "marker")))
    assert run.state.type.value == "CRASHED"
    assert "over memory bound" in run.state.message
    assert "of 300 MiB" in run.state.message


def test_executor_is_replaced_after_its_share_of_runs(warm: Any, tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.json" for number in range(24)]
    deployment = warm.deploy("report")
    for run in [warm.submit(deployment, path=str(path)) for path in paths]:
        warm.wait(run, "Completed", seconds=30)
    runs = Counter(json.loads(path.read_text())["pid"] for path in paths)
    assert max(runs.values()) <= 10
    assert len(runs) >= 3
