"""A whole local stack, brought up by the command that people use, shared by the tests of this folder."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, sync_playwright

from tests.conftest import free_port, open_folder

PROFILE = """
active = "test"

[profiles.test]
PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS = "2"
"""
"""Prefect's settings of the stack: the scheduler looks for new schedules each minute by default."""

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

FINAL = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}


@dataclass(frozen=True)
class Stack:
    """A stack that is up."""

    environment: dict[str, str]
    home: Path
    gateway: str
    prefect: str

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run `python -m …` in the stack's environment."""
        return subprocess.run(
            [sys.executable, "-m", *words], env=self.environment, capture_output=True, text=True, timeout=180
        )

    def programs(self) -> dict[str, int]:
        """Process ids of the supervisor's programs."""
        from blocks.settings import Settings
        from deployments.stack.layout import Layout
        from deployments.stack.supervisor import Supervisor

        listed = Supervisor(Layout(Settings(data_dir=self.home))).status()
        return {program.name: program.pid for program in listed}

    def runs(self, ids: list[str]) -> dict[str, dict[str, Any]]:
        """State of runs as Prefect has it, asked again while its server is away."""
        body = {"flow_runs": {"id": {"any_": ids}}, "limit": 200}
        found = eventually(lambda: _answer(httpx.post(f"{self.prefect}/flow_runs/filter", json=body, timeout=20)))
        return {run["id"]: run for run in found}

    def wait_until_final(self, ids: list[str], seconds: float = 120) -> dict[str, dict[str, Any]]:
        """Wait until every run has ended."""

        def ended() -> dict[str, dict[str, Any]] | None:
            runs = self.runs(ids)
            return runs if len(runs) == len(ids) and all(r["state_type"] in FINAL for r in runs.values()) else None

        return eventually(ended, seconds)


def _answer(response: httpx.Response) -> Any:
    return response.json() if response.is_success else None


def eventually(probe: Callable[[], Any], seconds: float = 60, every: float = 0.2) -> Any:
    """What `probe` gives once it gives something; a server that is away counts as nothing."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            found = probe()
        except httpx.TransportError:
            found = None
        if found:
            return found
        if time.monotonic() > deadline:
            pytest.fail(f"not so after {seconds:.0f} s")
        time.sleep(every)


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    with open_folder() as home:
        yield from running_stack(home)


def running_stack(home: Path) -> Iterator[Stack]:
    (home / "prefect").mkdir()
    (home / "prefect" / "profiles.toml").write_text(PROFILE)
    gateway, prefect = free_port(), free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")},
        "DATA_DIR": str(home),
        "GATEWAY_PORT": str(gateway),
        "PREFECT_SERVER_API_PORT": str(prefect),
        "WARM_EXECUTORS": "2",
    }
    running = Stack(environment, home, f"http://127.0.0.1:{gateway}", f"http://127.0.0.1:{prefect}/api")
    started = running.command("deployments.stack", "up")
    assert started.returncode == 0, started.stdout + started.stderr
    try:
        yield running
    finally:
        stopped = running.command("deployments.stack", "down")
        assert stopped.returncode == 0, stopped.stdout + stopped.stderr


def submit(stack: Stack, path: str, body: dict[str, Any], **headers: str) -> str:
    """POST a request to the gateway and give the run's id."""
    answer = httpx.post(f"{stack.gateway}{path}", json=body, headers=headers, timeout=60)
    assert answer.status_code == 202, answer.text
    return str(json.loads(answer.text)["run_id"])


@pytest.fixture
def page() -> Iterator[Page]:
    executable = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    assert executable, "Chromium is missing; `make browser` installs it"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_ARGUMENTS)
        page = browser.new_page(viewport={"width": 1400, "height": 1600})
        page.set_default_timeout(30_000)
        yield page
        browser.close()
