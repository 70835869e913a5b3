"""Videos as people meet them on a whole stack: played from the run's page, and taken up where a killed worker left."""

import os
import signal
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.live.conftest import Stack, eventually, submit

pytestmark = [pytest.mark.stack, pytest.mark.video]

PATH = "/api/v1/generate/video"
FLIGHT = {
    "prompt": "a red ball and a blue cube",
    "duration": 3,
    "fps": 8,
    "resolution": "160x90",
    "use_nerf": True,
    "seed": 1,
    "steps": 10,
    "preset": "ultrafast",
}


def test_a_flight_survives_its_killed_worker_and_is_seen_on_its_page(stack: Stack, page: Page) -> None:
    run = submit(stack, PATH, FLIGHT)
    there = eventually(lambda: _segments(stack), 180)
    os.kill(stack.programs()["worker-interactive"], signal.SIGKILL)
    ended = stack.wait_until_final([run], 240)[run]
    assert ended["state_type"] == "COMPLETED", ended["state"]["message"]
    made = _segments(stack)
    assert len(made) == 3
    assert there.items() <= made.items(), "what was there was not made again"
    page.goto(f"{stack.prefect.removesuffix('/api')}/runs/flow-run/{run}")
    page.get_by_role("tab", name="Artifacts").or_(page.get_by_text("Artifacts", exact=True)).first.click()
    page.get_by_text("video-poster").first.click()
    poster = page.locator("img[src*='/assets/']").first
    expect(poster).to_be_visible(timeout=30_000)
    eventually(lambda: poster.evaluate("img => img.complete && img.naturalWidth"))
    result = httpx.get(f"{stack.gateway}/api/v1/runs/{run}/result", timeout=20).raise_for_status().json()
    page.goto(result["video"]["preview"]["url"])
    played = page.locator("video")
    played.evaluate("video => { video.muted = true; video.play() }")  # with sound a browser waits for a click
    eventually(lambda: played.evaluate("video => video.currentTime > 0.2 && video.videoWidth"))


def _segments(stack: Stack) -> dict[Path, int]:
    """Finished segments, and when each was made."""
    work = stack.home / "assets" / "video-work"
    return {path: path.stat().st_mtime_ns for path in work.rglob("segment-*.mp4")}
