"""A schedule made through the gateway puts runs into Prefect's calendar, and a paused one takes them out."""

import httpx
import pytest

from tests.live.conftest import eventually

pytestmark = pytest.mark.stack

DAILY = {
    "flow": "predict-price/interactive",
    "cron": "17 4 * * *",
    "timezone": "Europe/Zurich",
    "request": {"symbol": "BTC", "prediction_horizon": 3},
}


def scheduled(stack) -> list[dict]:
    wanted = {"flow_runs": {"state": {"name": {"any_": ["Scheduled"]}}, "tags": {"all_": ["auto-scheduled"]}}}
    found = httpx.post(f"{stack.prefect}/flow_runs/filter", json=wanted, timeout=20).raise_for_status().json()
    return [run for run in found if run["parameters"]["request"].get("prediction_horizon") == 3]


@pytest.mark.timeout(240)
def test_a_schedule_fires_with_its_request_until_it_is_paused(stack):
    made = httpx.post(f"{stack.gateway}/api/v1/schedules", json=DAILY, timeout=30)
    assert made.status_code == 201, made.text
    planned = eventually(lambda: scheduled(stack), seconds=150)
    assert {run["parameters"]["request"]["symbol"] for run in planned} == {"BTC"}
    paused = httpx.patch(f"{stack.gateway}/api/v1/schedules/{made.json()['id']}", json={"active": False}, timeout=30)
    assert paused.status_code == 200, paused.text
    eventually(lambda: not scheduled(stack))
