"""Pictures as people meet them on a whole stack: seen on the run's page, and given up half-way."""

import time

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.live.conftest import Stack, eventually, submit

pytestmark = [pytest.mark.stack, pytest.mark.image]

PATH = "/api/v1/generate/image"


def test_a_picture_is_seen_on_its_runs_page(stack: Stack, page: Page) -> None:
    run = submit(stack, PATH, {"prompt": "a red ball", "resolution": "256x192", "seed": 1, "model": "embedded"})
    ended = stack.wait_until_final([run])[run]
    assert ended["state_type"] == "COMPLETED", ended["state"]["message"]
    page.goto(f"{stack.prefect.removesuffix('/api')}/runs/flow-run/{run}")
    page.get_by_role("tab", name="Artifacts").or_(page.get_by_text("Artifacts", exact=True)).first.click()
    page.get_by_text("image-1").first.click()
    picture = page.locator("img[src*='/assets/']").first
    expect(picture).to_be_visible(timeout=30_000)
    eventually(lambda: picture.evaluate("img => img.complete && img.naturalWidth"))
    assert picture.evaluate("img => [img.naturalWidth, img.naturalHeight]") == [256, 192]


def test_a_cancelled_drawing_stops_at_once_and_leaves_no_half_picture(stack: Stack) -> None:
    wanted = {"prompt": "the sea at sunset", "resolution": "2048x2048", "count": 8, "steps": 150, "model": "embedded"}
    run = submit(stack, PATH, wanted)
    eventually(lambda: _progress(stack, run))
    began = time.monotonic()
    httpx.post(f"{stack.gateway}/api/v1/runs/{run}/cancel", timeout=20).raise_for_status()
    assert stack.wait_until_final([run])[run]["state_type"] == "CANCELLED"
    assert time.monotonic() - began < 10  # all eight take minutes
    assert not list((stack.home / "assets").rglob(f"runs/{run}/*"))


def _progress(stack: Stack, run: str) -> bool:
    """Whether the bar of the drawing has begun to move."""
    wanted = {"artifacts": {"flow_run_id": {"any_": [run]}, "type": {"any_": ["progress"]}}}
    found = httpx.post(f"{stack.prefect}/artifacts/filter", json=wanted, timeout=20).raise_for_status().json()
    return any(artifact["data"] > 0 for artifact in found)
