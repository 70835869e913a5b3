"""`make up`, `make status` and `make down` as people meet them, when things are not as they should be too."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.stack


def stack_command(command: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "deployments.stack", command],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_status_shows_every_program_running(stack):
    answer = stack.command("deployments.stack", "status")
    assert answer.returncode == 0, answer.stdout
    for program in (
        "postgres",
        "prefect-server",
        "scorer",
        "gateway",
        "worker-interactive",
        "worker-batch-cpu",
        "worker-batch-gpu",
    ):
        assert program in answer.stdout


def test_a_second_up_says_that_the_stack_is_up(stack):
    answer = stack.command("deployments.stack", "up")
    assert answer.returncode == 1
    assert "up already" in answer.stdout
    assert "make down" in answer.stdout


def test_a_taken_port_is_named_with_the_variable_that_moves_it(stack, tmp_path: Path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        answer = stack_command("up", stack.environment | {"DATA_DIR": str(tmp_path / "b"), "GATEWAY_PORT": str(port)})
    assert answer.returncode == 1
    assert f"Port {port} is taken" in answer.stdout
    assert f"GATEWAY_PORT={port + 1}" in answer.stdout


@pytest.mark.parametrize(
    ("url", "says"), [("sqlite:///x.db", "PostgreSQL"), ("not a url", "postgresql://user:password@host/database")]
)
def test_a_database_that_cannot_serve_is_refused(stack, tmp_path: Path, url: str, says: str):
    from tests.conftest import free_port

    free = {"GATEWAY_PORT": str(free_port()), "PREFECT_SERVER_API_PORT": str(free_port())}
    answer = stack_command("up", stack.environment | free | {"DATA_DIR": str(tmp_path / "c"), "DATABASE_URL": url})
    assert answer.returncode == 1
    assert says in answer.stdout
    assert "Traceback" not in answer.stdout + answer.stderr


def test_down_and_status_of_a_stack_that_is_not_up_say_so(stack, tmp_path: Path):
    elsewhere = stack.environment | {"DATA_DIR": str(tmp_path / "d")}
    assert "was not up" in stack_command("down", elsewhere).stdout
    status = stack_command("status", elsewhere)
    assert status.returncode == 1
    assert "make up" in status.stdout


def test_the_doctor_finds_this_stack_healthy(stack):
    answer = stack.command("deployments.doctor")
    assert answer.returncode == 0, answer.stdout
    assert "local-interactive" in answer.stdout
