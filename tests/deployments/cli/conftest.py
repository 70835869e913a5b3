"""`aiflows` in this process, as it behaves in a pipe; `COMMAND` starts it as a process of its own."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from deployments.cli import app
from tests.deployments.client.served import deploy, gateway, served, served_alone

__all__ = ["COMMAND", "Aiflows", "aiflows", "deploy", "gateway", "served", "served_alone"]

COMMAND = [str(Path(sys.executable).parent / "aiflows")]

Aiflows = Callable[..., Result]


@pytest.fixture
def aiflows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Aiflows:
    """Runs a command in the test's folder, and gives how it ended."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(app, "rich_markup_mode", None)  # also when pytest itself is on a terminal
    runner = CliRunner()

    def run(*arguments: object, text: str = "", **environment: str) -> Result:
        ran = runner.invoke(app, [str(one) for one in arguments], input=text, env=environment)
        assert isinstance(ran.exception, SystemExit | None), ran.exception
        return ran

    return run
