"""Parts of the stack killed in the middle of runs: no accepted request is lost or doubled."""

import os
import signal

import httpx
import psutil
import pytest

from tests.live.conftest import eventually, submit

pytestmark = [pytest.mark.stack, pytest.mark.resilience]

REQUEST = {"symbol": "BTC", "timeframe": "1h", "prediction_horizon": 24}


def submit_many(stack, count: int) -> list[str]:
    return [submit(stack, "/api/v1/crypto/predict", REQUEST) for _ in range(count)]


def some_running(stack, ids: list[str]) -> bool:
    return any(run["state_type"] == "RUNNING" for run in stack.runs(ids).values())


def kill(stack, program: str) -> None:
    """SIGKILL a program; the supervisor starts it again."""
    pid = stack.programs()[program]
    os.kill(pid, signal.SIGKILL)
    eventually(lambda: stack.programs()[program] not in {0, pid})


def assert_all_completed(stack, ids: list[str]) -> None:
    runs = stack.wait_until_final(ids, seconds=120)
    assert {run["state_type"] for run in runs.values()} == {"COMPLETED"}, {
        run["id"]: run["state"]["message"] for run in runs.values() if run["state_type"] != "COMPLETED"
    }
    for run in ids:
        result = httpx.get(f"{stack.gateway}/api/v1/runs/{run}/result", timeout=20)
        assert result.status_code == 200, result.text


@pytest.mark.timeout(180)
def test_killing_the_worker_loses_no_run(stack):
    ids = submit_many(stack, 6)
    eventually(lambda: some_running(stack, ids), every=0.02)
    kill(stack, "worker-interactive")
    assert_all_completed(stack, ids)


@pytest.mark.timeout(180)
def test_killing_an_executor_costs_no_run(stack):
    ids = submit_many(stack, 6)
    eventually(lambda: some_running(stack, ids), every=0.02)
    worker = psutil.Process(stack.programs()["worker-interactive"])
    executors = [child for child in worker.children(recursive=True) if child.cpu_percent(interval=0.1) > 20]
    executor = max(executors or worker.children(recursive=True), key=lambda child: child.cpu_times().user)
    executor.kill()
    assert_all_completed(stack, ids)


@pytest.mark.timeout(180)
def test_killing_the_gateway_loses_no_accepted_request(stack):
    ids = submit_many(stack, 4)
    kill(stack, "gateway")
    eventually(lambda: httpx.get(f"{stack.gateway}/ready", timeout=5).is_success)
    assert_all_completed(stack, ids)


@pytest.mark.timeout(180)
def test_a_request_repeated_over_a_gateway_kill_is_one_run(stack):
    first = submit(stack, "/api/v1/crypto/predict", REQUEST, **{"Idempotency-Key": "over-a-kill"})
    kill(stack, "gateway")
    eventually(lambda: httpx.get(f"{stack.gateway}/ready", timeout=5).is_success)
    assert submit(stack, "/api/v1/crypto/predict", REQUEST, **{"Idempotency-Key": "over-a-kill"}) == first
    assert_all_completed(stack, [first])


@pytest.mark.timeout(240)
def test_killing_the_prefect_server_loses_no_accepted_request(stack):
    ids = submit_many(stack, 4)
    eventually(lambda: some_running(stack, ids), every=0.02)
    kill(stack, "prefect-server")
    assert_all_completed(stack, ids)
    assert_all_completed(stack, submit_many(stack, 1))
