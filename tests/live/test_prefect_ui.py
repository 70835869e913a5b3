"""The Prefect UI as a person uses it: fill a run form in a browser, see the run complete with its artifacts."""

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.live.conftest import eventually

pytestmark = pytest.mark.stack


def deployment_id(api: str, name: str) -> str:
    return str(httpx.get(f"{api}/deployments/name/{name}", timeout=10).raise_for_status().json()["id"])


def newest_run(api: str, deployment: str) -> str | None:
    wanted = {"deployments": {"id": {"any_": [deployment]}}, "sort": "EXPECTED_START_TIME_DESC", "limit": 1}
    found = httpx.post(f"{api}/flow_runs/filter", json=wanted, timeout=10).raise_for_status().json()
    return found[0]["id"] if found and found[0]["parameters"]["request"].get("prediction_horizon") == 12 else None


@pytest.mark.timeout(150)
def test_a_run_started_from_the_form_completes_and_shows_its_artifacts(stack, page: Page):
    ui = stack.prefect.removesuffix("/api")
    deployment = deployment_id(stack.prefect, "predict-price/interactive")
    page.goto(f"{ui}/deployments/deployment/{deployment}/run")
    horizon = page.get_by_role("spinbutton")  # the form's only number: how many candles ahead
    expect(horizon).to_have_value("24", timeout=30_000)
    horizon.fill("12")
    page.get_by_role("button", name="Submit").click()
    run = eventually(lambda: newest_run(stack.prefect, deployment))
    page.goto(f"{ui}/runs/flow-run/{run}")
    ended = stack.wait_until_final([run])[run]
    assert ended["state_type"] == "COMPLETED", ended["state"]["message"]
    expect(page.get_by_text("Completed", exact=True).first).to_be_visible(timeout=30_000)

    result = httpx.get(f"{stack.gateway}/api/v1/runs/{run}/result", timeout=20).raise_for_status().json()
    assert len(result["forecast"]) == 12

    page.get_by_role("tab", name="Artifacts").or_(page.get_by_text("Artifacts", exact=True)).first.click()
    for key in ("price-forecast", "price-summary", "price-chart"):
        expect(page.get_by_text(key).first).to_be_visible(timeout=30_000)
