"""`from flows import …`: the same call in a script and in a notebook, with and without a running stack."""

import os
import subprocess
import sys
from pathlib import Path

import httpx
import nbformat
import pytest
from nbclient import NotebookClient

from deployments.stack.layout import PROJECT

pytestmark = pytest.mark.stack

CALL = """
from flows import PricePredictionRequest, predict_price
prediction = predict_price(PricePredictionRequest(symbol="BTC", prediction_horizon=6))
print("steps", len(prediction.forecast), prediction.run_id)
"""


def plain_environment(data_dir: Path, home: Path) -> dict[str, str]:
    """What a user's shell has: nothing of Prefect's, and where the data is."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    return kept | {"DATA_DIR": str(data_dir), "HOME": str(home)}


def run_script(environment: dict[str, str], folder: Path) -> str:
    script = folder / "ask.py"
    script.write_text(CALL)
    done = subprocess.run([sys.executable, str(script)], env=environment, capture_output=True, text=True, timeout=150)
    assert done.returncode == 0, done.stdout + done.stderr
    line = next(line for line in done.stdout.splitlines() if line.startswith("steps"))
    assert line.split()[1] == "6"
    return line.split()[2]


@pytest.mark.timeout(200)
def test_a_script_beside_a_running_stack_shows_in_its_prefect(stack, tmp_path: Path):
    run = run_script(plain_environment(stack.home, tmp_path), tmp_path)
    found = httpx.get(f"{stack.prefect}/flow_runs/{run}", timeout=10).raise_for_status().json()
    assert found["state_type"] == "COMPLETED"


@pytest.mark.timeout(200)
def test_a_script_without_a_stack_gives_the_same_result(tmp_path: Path):
    environment = plain_environment(tmp_path / "var", tmp_path)
    run = run_script(environment, tmp_path)
    assert list((tmp_path / "var" / "assets" / "runs" / run).iterdir())
    assert (tmp_path / "var" / "warehouse.db").is_file()


@pytest.mark.timeout(200)
def test_a_notebook_beside_a_running_stack(stack, tmp_path: Path):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CALL)])
    environment = plain_environment(stack.home, tmp_path)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(PROJECT)}}).execute(env=environment)
    printed = "".join(output.get("text", "") for output in notebook.cells[0].outputs if output.get("name") == "stdout")
    assert "steps 6" in printed
