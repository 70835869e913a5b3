"""How the command starts, and what its command line may say."""

import json
import subprocess
import sys
import time
from pathlib import Path
from uuid import uuid4

import pytest
import typer

from deployments.cli.exit_codes import MEANINGS
from deployments.cli.request_body import read_request
from tests.conftest import free_port
from tests.deployments.cli.conftest import COMMAND, Aiflows

pytestmark = pytest.mark.gateway

IMPORTED = """
import runpy, sys
sys.argv = ["aiflows", "--help"]
try:
    runpy.run_module("deployments.cli", run_name="__main__")
except SystemExit:
    print("IMPORTED", *sorted({name.partition(".")[0] for name in sys.modules}))
"""


def test_help_imports_nothing_heavy(tmp_path: Path):
    ran = subprocess.run([sys.executable, "-c", IMPORTED], capture_output=True, text=True, cwd=tmp_path)
    imported = ran.stdout.rpartition("IMPORTED")[2].split()
    assert "typer" in imported, ran.stderr
    assert not {"prefect", "pandas", "numpy", "sqlalchemy", "fastapi", "httpx"} & set(imported)


def test_help_is_there_in_half_a_second(tmp_path: Path):
    bare, with_help = ([sys.executable, "-c", "pass"], [*COMMAND, "--help"])

    def fastest(command: list[str]) -> float:
        """Of several, as other programs run on this machine."""
        took = []
        for _ in range(4):
            began = time.perf_counter()
            subprocess.run(command, capture_output=True, check=True, cwd=tmp_path)
            took.append(time.perf_counter() - began)
        return min(took)

    assert fastest(with_help) - fastest(bare) <= 0.5


def test_help_says_what_exit_codes_mean(aiflows: Aiflows):
    told = " ".join(aiflows("--help").stdout.split())
    for meaning in MEANINGS.split("; "):
        assert meaning in told


def test_a_wrong_command_line_in_a_pipe_is_told_in_lines(tmp_path: Path):
    ran = subprocess.run([*COMMAND, "result", "no-uuid"], capture_output=True, text=True, cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.splitlines()[-1].startswith("Error: Invalid value for 'RUN': Input should be a valid UUID")


def test_a_gateway_that_is_away(aiflows: Aiflows):
    url = f"http://127.0.0.1:{free_port()}"
    ran = aiflows("--url", url, "--patience", "0.2", "flows")
    assert (ran.exit_code, ran.stdout) == (3, "")
    assert ran.stderr.startswith(f"aiflows: The gateway at {url} does not answer")
    assert "make up" in ran.stderr
    ran = aiflows("--url", url, "--patience", "0.2", "flows", "--json")
    assert json.loads(ran.stderr)["exit_code"] == ran.exit_code == 3


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["submit", "x", "--param", "colour"], "key=value"),
        (["submit", "x", "--file", "nowhere.json"], "nowhere.json"),
        (["submit", "x", "--file", "-"], "JSON"),
        (["submit", "x", "--priority", "soon"], "soon"),
        (["submit", "x", "--wait", "1", "--watch"], "--watch"),
        (["result", "no-uuid"], "valid UUID"),
        (["list", "--state", "Odd"], "Odd"),
        (["upload", "nowhere.csv"], "nowhere.csv"),
        (["no-such-command"], "no-such-command"),
    ],
)
def test_a_wrong_command_line(aiflows: Aiflows, arguments: list[str], told: str):
    ran = aiflows("--url", "http://127.0.0.1:9", *arguments)
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert told in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_wrong_address(aiflows: Aiflows):
    ran = aiflows("result", uuid4(), AIFLOWS_URL="localhost:8000")
    assert ran.exit_code == 5
    assert ran.stderr.startswith("aiflows: 'localhost:8000' is no address of a gateway")


def test_parameters_are_json_or_text(tmp_path: Path):
    file = tmp_path / "body.json"
    file.write_text('{"symbol": "ETH", "depth": 2}')
    params = ["symbol=BTC", "steps=24", "live=true", "ids=[1, 2]", 'text="7"', "nothing=null", "sum=a=b", "odd=NaN"]
    assert read_request(file, params) == {
        "symbol": "BTC",
        "depth": 2,
        "steps": 24,
        "live": True,
        "ids": [1, 2],
        "text": "7",
        "nothing": None,
        "sum": "a=b",
        "odd": "NaN",
    }


@pytest.mark.parametrize("content", ["[1]", "{", '{"a": NaN}', "[" * 100_000, '"text"'])
def test_a_file_that_holds_no_request(tmp_path: Path, content: str):
    file = tmp_path / "body.json"
    file.write_text(content)
    with pytest.raises(typer.BadParameter, match=r"body\.json"):
        read_request(file, [])


def test_keys(aiflows: Aiflows, isolated_data_dir: Path):
    made = aiflows("keys", "create", "--name", "alice", "--scope", "crypto", "--scope", "fraud")
    assert made.exit_code == 0
    token = made.stdout.strip()
    assert token.startswith("aif_")
    assert token not in made.stderr
    [key] = json.loads(aiflows("keys", "list", "--json").stdout)
    assert (key["name"], sorted(key["scopes"])) == ("alice", ["crypto", "fraud"])
    assert "sha256" not in key
    assert aiflows("keys", "list").stdout.splitlines()[1].split("\t")[:3] == [key["id"], "alice", "crypto,fraud"]
    assert token not in (isolated_data_dir / "api-keys.json").read_text()
    assert aiflows("keys", "remove", "key-unknown").exit_code == 2
    assert aiflows("keys", "remove", key["id"]).exit_code == 0
    assert json.loads(aiflows("keys", "list", "--json").stdout) == []
