"""Runs of a warm worker: they complete, fail, time out and log as anywhere, and leave nothing behind."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.worker


def test_run_completes_with_two_states_before_running(warm: Any) -> None:
    run = warm.wait(warm.run("noop", number=3))
    assert run.state.name == "Completed"
    assert warm.names(run.id) == ["Scheduled", "Pending", "Running", "Completed"]
    claim = warm.states(run.id)[1]["message"]
    assert claim.startswith("Claimed by ")
    assert claim.removeprefix("Claimed by ") == run.infrastructure_pid


def test_async_flow_completes(warm: Any) -> None:
    assert warm.wait(warm.run("anoop")).state.name == "Completed"


def test_logs_of_a_run_are_there_when_the_next_one_can_start(warm: Any, eventually: Any) -> None:
    first, second = warm.run("talkative", words="one"), warm.run("talkative", words="two")
    warm.wait(first), warm.wait(second)
    for run, words in ((first, "one"), (second, "two")):
        said = eventually(lambda run=run: [line for line in warm.logs(run) if line.startswith("said")], 4)
        assert said == [f"said {words}"]


def test_what_a_run_changes_in_its_process_is_gone_for_the_next(warm: Any, tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.json" for number in range(11)]
    env = {"env": {"WARM_TEST_SECRET": "of this run", "PREFECT_FLOWS_DEFAULT_RETRIES": "3"}}
    leaking = warm.deploy("leak", **env)
    for run in [warm.submit(leaking, path=str(path)) for path in paths[:8]]:  # at once, so that every executor has some
        warm.wait(run, "Completed")
    for path in paths[8:]:
        warm.wait(warm.run("report", path=str(path)), "Completed")
    later = [warm.wait(warm.run("noop")) for _ in range(4)]
    assert all(run.infrastructure_pid for run in later), "its client is not that of the run which had its own settings"
    leaked, found = [[json.loads(path.read_text()) for path in some] for some in (paths[:8], paths[8:])]
    assert all(one["secret"] == "of this run and more" and one["path"] and one["retries"] == "3" for one in leaked)
    assert {one["pid"] for one in leaked} & {one["pid"] for one in found}, "some executor must have run both"
    for one in found:
        assert (one["secret"], one["log_level"], one["path"], one["retries"]) == (None, 0, False, None)
        assert one["cwd"] == str(warm.folder)
        assert one["root_handlers"] == found[0]["root_handlers"]
        assert one["main_thread"]
    assert max(one["root_handlers"] for one in found) < leaked[0]["root_handlers"]


def test_what_a_runs_tasks_gave_goes_with_it(warm: Any, tmp_path: Path) -> None:
    """What sends logs once kept the context of the run that it was started in, and all of its results."""
    path = tmp_path / "held"
    deployment = warm.deploy("keep_nothing")
    for _ in range(10):
        warm.wait(warm.submit(deployment, path=str(path)), "Completed")
    held: dict[str, list[int]] = {}
    for line in path.read_text().splitlines():
        pid, size = line.split()
        held.setdefault(pid, []).append(int(size))
    most = max(held.values(), key=len)
    assert len(most) > 2
    assert most[-1] - most[1] < 40_000_000


def test_flow_timeout_ends_the_run(warm: Any) -> None:
    assert warm.wait(warm.run("slow")).state.name == "TimedOut"


def test_flow_retries_happen_in_the_same_process(warm: Any, tmp_path: Path) -> None:
    run = warm.wait(warm.run("second_time_lucky", marker=str(tmp_path / "seen")))
    assert run.state.name == "Completed"
    assert "AwaitingRetry" in warm.names(run.id)


def test_entrypoint_that_cannot_be_loaded_ends_crashed_at_once(warm: Any) -> None:
    deployment = warm.deploy("noop")
    warm.client.request("PATCH", f"/deployments/{deployment}", json={"entrypoint": "warm_flows.py:no_such_flow"})
    run = warm.wait(warm.submit(deployment))
    assert run.state.name == "Crashed"
    assert "warm_flows.py:no_such_flow could not be loaded" in run.state.message
    assert any("could not be loaded" in line for line in warm.logs(run.id))


def test_job_variables_that_name_a_missing_block_end_their_run_alone(warm: Any) -> None:
    """They once ended the worker, and each one that was started in its place."""
    missing = "{{ prefect.blocks.secret.no-such-secret }}"
    run, beside = warm.run("noop", {"env": {"TOKEN": missing}}), warm.run("noop")
    ended = warm.wait(run)
    assert ended.state.name == "Crashed"
    assert "no-such-secret" in ended.state.message
    assert warm.wait(beside).state.name == "Completed"
    assert warm.wait(warm.run("noop")).state.name == "Completed"


def test_run_of_the_future_starts_then_and_not_before(warm: Any) -> None:
    due = datetime.now(UTC) + timedelta(seconds=2)
    run = warm.wait(warm.submit(warm.deploy("noop"), after=timedelta(seconds=2)))
    assert timedelta(0) <= run.start_time - due < timedelta(seconds=5)


def test_suspended_run_stops_and_resumes(warm: Any, tmp_path: Path, eventually: Any) -> None:
    from prefect.states import Suspended

    marker = tmp_path / "started"
    run = warm.run("suspended", marker=str(marker))
    eventually(marker.exists)
    warm.client.set_flow_run_state(run, Suspended(timeout_seconds=60))
    free = warm.run("noop")
    assert warm.wait(free).state.name == "Completed"
    assert warm.read(run).state.name == "Suspended"
    marker.unlink()
    warm.client.request("POST", f"/flow_runs/{run}/resume", json={})
    eventually(marker.exists)
    warm.cancel(run)
    warm.wait(run, "Cancelled")
