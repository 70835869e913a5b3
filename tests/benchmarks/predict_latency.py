"""How long a forecast takes on a warm worker, from request to result.

`python tests/benchmarks/predict_latency.py`, with the stack up (`make up`) on an idle machine. Without a network the
candles are those recorded with the code, so that nothing but the platform is measured; with one, the exchange's answer
counts too, and the second figure, of the run alone, says how much of it is the run.
"""

import os
import statistics
import time
from datetime import datetime
from typing import Annotated, Final

import httpx
import typer
from rich.console import Console
from rich.table import Table

from blocks.running_stack import join_running_stack
from blocks.settings import get_settings

BODY: Final = {"symbol": "BTC", "timeframe": "1h", "prediction_horizon": 24}
SECONDS: Final = 1.0
console = Console()


def main(rounds: Annotated[int, typer.Option(help="Forecasts to measure.")] = 20) -> None:
    """Measure; 1 when the median is above a second."""
    if not join_running_stack():
        raise SystemExit("No stack is up on the data folder: `make up`.")
    with httpx.Client(base_url=get_settings().gateway_url, timeout=120) as gateway:
        for _ in range(4):  # each executor's first loads the networks
            _forecast(gateway)
        measured = [_forecast(gateway) for _ in range(rounds)]
    table = Table("", "median s", "from", "to")
    for name, took in zip(("request to result", "the run alone"), zip(*measured, strict=True), strict=True):
        table.add_row(name, f"{statistics.median(took):.3f}", f"{min(took):.3f}", f"{max(took):.3f}")
    console.print(table)
    console.print(f"{os.cpu_count()} processors, {rounds} forecasts of 24 hours")
    raise SystemExit(statistics.median(whole for whole, _ in measured) > SECONDS)


def _forecast(gateway: httpx.Client) -> tuple[float, float]:
    """Seconds from request to result, and from the run's start to its end."""
    began = time.perf_counter()
    answer = gateway.post("/api/v1/crypto/predict", json=BODY, headers={"Prefer": "wait=60"}).raise_for_status()
    took = time.perf_counter() - began
    if answer.status_code != 200 or answer.json()["state"] != "Completed":
        raise SystemExit(f"The run did not complete: {answer.text[:500]}")
    run = gateway.get(f"/api/v1/runs/{answer.json()['run_id']}").raise_for_status().json()
    started, ended = (datetime.fromisoformat(run[name]) for name in ("started", "ended"))
    return took, (ended - started).total_seconds()


if __name__ == "__main__":
    typer.run(main)
