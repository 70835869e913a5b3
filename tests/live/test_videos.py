"""Videos as people meet them on a whole stack: played from the run's page, and taken up where a killed worker left."""

import os
import signal
from collections.abc import Collection
from pathlib import Path
from typing import Any

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
    others = _segments(stack)
    run = submit(stack, PATH, FLIGHT)
    there = eventually(lambda: _segments(stack, others), 180)
    os.kill(stack.programs()["worker-interactive"], signal.SIGKILL)
    ended = stack.wait_until_final([run], 240)[run]
    assert ended["state_type"] == "COMPLETED", ended["state"]["message"]
    made = _segments(stack, others)
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


def test_segments_are_runs_of_their_own_and_are_cancelled_with_their_video(stack: Stack) -> None:
    spread = {"env": {"VIDEO_SEGMENTS_ON": "render-segment/batch-cpu"}}
    flight = FLIGHT | {"seed": 2, "duration": 2}
    run = _start(stack, flight, spread)
    eventually(lambda: any(child["state_type"] == "RUNNING" for child in _children(stack, run)), 120)
    # As the Prefect UI does it: nobody but the run itself knows of its children.
    cancelling = {"state": {"type": "CANCELLING", "name": "Cancelling"}}
    httpx.post(f"{stack.prefect}/flow_runs/{run}/set_state", json=cancelling, timeout=20).raise_for_status()
    ended = stack.wait_until_final([run, *(child["id"] for child in _children(stack, run))], 60)
    assert ended[run]["state_type"] == "CANCELLED"
    assert all(one["state_type"] in {"CANCELLED", "COMPLETED"} for one in ended.values()), "a segment may just be done"
    assert "CANCELLED" in {one["state_type"] for key, one in ended.items() if key != run}
    again = _start(stack, flight, spread)
    ended = stack.wait_until_final([again], 240)[again]
    assert ended["state_type"] == "COMPLETED", ended["state"]["message"]
    assert [child["state_type"] for child in _children(stack, again)] == ["COMPLETED"] * 2


def _start(stack: Stack, request: dict[str, Any], job_variables: dict[str, Any]) -> str:
    """Start the deployment as the Prefect UI's form does, with job variables."""
    deployment = httpx.get(f"{stack.prefect}/deployments/name/generate-video/interactive", timeout=20).json()["id"]
    body = {"parameters": {"request": request}, "job_variables": job_variables, "state": {"type": "SCHEDULED"}}
    made = httpx.post(f"{stack.prefect}/deployments/{deployment}/create_flow_run", json=body, timeout=20)
    return str(made.raise_for_status().json()["id"])


def _children(stack: Stack, run: str) -> list[dict[str, Any]]:
    body = {"flow_runs": {"tags": {"all_": [f"parent:{run}"]}}}
    found: list[dict[str, Any]] = httpx.post(f"{stack.prefect}/flow_runs/filter", json=body, timeout=20).json()
    return found


def _segments(stack: Stack, others: Collection[Path] = ()) -> dict[Path, int]:
    """Finished segments but for the others, and when each was made."""
    work = stack.home / "assets" / "video-work"
    return {path: path.stat().st_mtime_ns for path in work.rglob("segment-*.mp4") if path not in others}
