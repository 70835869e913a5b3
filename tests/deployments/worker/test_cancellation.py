"""Cancelling costs one process and ends the run Cancelled, promptly."""

import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.worker


def test_running_run_is_cancelled_and_its_hooks_run(warm: Any, tmp_path: Path, eventually: Any) -> None:
    marker, other = tmp_path / "marker", tmp_path / "other"
    run, beside = warm.run("linger", marker=str(marker)), warm.run("linger", marker=str(other), seconds=1)
    eventually(lambda: marker.exists() and other.exists())
    started = time.monotonic()
    warm.cancel(run)
    assert warm.wait(run).state.name == "Cancelled"
    assert time.monotonic() - started < 1.5
    assert marker.read_text() == "hook ran"
    assert warm.wait(beside).state.name == "Completed"


@pytest.mark.parametrize("flow", ["stubborn", "native"])
def test_run_that_does_not_heed_is_killed_after_the_grace(
    warm: Any, tmp_path: Path, eventually: Any, flow: str
) -> None:
    marker = tmp_path / "marker"
    run = warm.run(flow, marker=str(marker))
    pid = int(eventually(lambda: marker.exists() and marker.read_text()))
    warm.cancel(run)
    ended = warm.wait(run)
    assert ended.state.name == "Cancelled"
    assert ended.state.message
    eventually(lambda: not Path(f"/proc/{pid}").exists())
    assert warm.wait(warm.run("noop")).state.name == "Completed"


def test_run_that_is_not_due_is_cancelled(warm: Any) -> None:
    run = warm.submit(warm.deploy("noop"), after=timedelta(hours=1))
    warm.cancel(run)
    assert warm.wait(run, seconds=5).state.name == "Cancelled"


def test_claimed_run_without_a_holder_is_settled(warm: Any) -> None:
    """Its state says Cancelling and its owner is this worker, which has lost it: nobody else would end it."""
    from prefect.states import Cancelling, Pending

    run = warm.submit(warm.deploy("noop"), after=timedelta(hours=1))
    owner = warm.wait(warm.run("noop"), "Completed").infrastructure_pid
    warm.client.set_flow_run_state(run, Pending(message=f"Claimed by {owner}"), force=True)
    warm.client.update_flow_run(run, infrastructure_pid=owner)
    warm.client.set_flow_run_state(run, Cancelling(), force=True)
    assert warm.wait(run, seconds=40).state.name == "Cancelled"


def test_waiting_run_ends_itself_when_cancelled(warm: Any, tmp_path: Path, eventually: Any) -> None:
    marker = tmp_path / "marker"
    run = warm.run("wait_until_cancelled", {"lane": "waiting"}, marker=str(marker))
    eventually(marker.exists)
    warm.cancel(run)
    assert warm.wait(run).state.name == "Cancelled"


def test_waiting_run_that_was_cancelled_can_be_started_again(warm: Any, tmp_path: Path, eventually: Any) -> None:
    from prefect.states import Scheduled

    marker = tmp_path / "marker"
    run = warm.run("wait_until_cancelled", {"lane": "waiting"}, marker=str(marker))
    for _ in range(2):
        eventually(marker.exists)
        warm.cancel(run)
        assert warm.wait(run).state.name == "Cancelled"
        marker.unlink()
        warm.client.set_flow_run_state(run, Scheduled(), force=True)
    eventually(marker.exists)
    warm.cancel(run)
    warm.wait(run, "Cancelled")


def test_waiting_run_that_does_not_heed_leaves_the_others_alone(warm: Any, tmp_path: Path, eventually: Any) -> None:
    marker, other = tmp_path / "marker", tmp_path / "other"
    run = warm.run("wait_forever", {"lane": "waiting"}, marker=str(marker))
    beside = warm.run("wait_until_cancelled", {"lane": "waiting"}, marker=str(other))
    eventually(lambda: all(one.exists() and one.read_text() for one in (marker, other)))
    assert marker.read_text() == other.read_text(), "runs of this lane share a process"
    warm.cancel(run)
    assert warm.wait(run).state.name == "Cancelled"
    assert warm.read(beside).state.name == "Running"
    warm.cancel(beside)
    warm.wait(beside, "Cancelled")
