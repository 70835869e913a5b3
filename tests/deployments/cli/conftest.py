"""`aiflows` as people and scripts run it: a process of its own."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.deployments.client.served import deploy, served

__all__ = ["aiflows", "deploy", "served"]

COMMAND = [str(Path(sys.executable).parent / "aiflows")]


@pytest.fixture
def aiflows(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs a command with its output in pipes, and gives how it ended."""

    def run(*arguments: object, text: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COMMAND, *map(str, arguments)],
            input=text,
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env={**os.environ, **environment},
            timeout=60,
        )

    return run
