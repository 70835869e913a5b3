"""How long a run waits for its start: warm worker against Prefect's process worker, on the same deployment.

`python tests/benchmarks/start_latency.py [--output FILE]`. Uses the server at `PREFECT_API_URL`, or starts one. Only
figures from a machine that does nothing else are worth publishing; the controls beside them tell whether it did.
"""

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID, uuid4

import prefect
import typer
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.states import Completed, Pending, Running
from prefect.workers.base import BaseWorker
from rich.console import Console
from rich.table import Table
from servers import prefect_server

HERE = Path(__file__).parent
STAGES = ("Pending", "Running", "Completed")
TARGETS = {"Running": 0.3, "Completed": 0.6}
QUIET_SECONDS = 1.0
"""Between runs, so that the server has written the events of the last one."""


@dataclass(frozen=True)
class Contender:
    """A worker to measure."""

    name: str
    kind: str
    runs: int
    environment: dict[str, str] = field(default_factory=dict)


CONTENDERS = (
    Contender("warm", "warm", 20),
    Contender("process, tuned (1 s poll)", "process", 6, {"PREFECT_WORKER_QUERY_SECONDS": "1"}),
    Contender("process, as it comes (10 s poll)", "process", 5),
)


def main(
    output: Annotated[Path, typer.Option(help="Where the figures go, as JSON.")] = Path(
        "var/benchmarks/start_latency.json"
    ),
) -> None:
    """Measure, write the figures and show them."""
    with prefect_server() as url, SyncPrefectClient(api=url) as client:
        figures = measure(client, url)
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(figures, indent=2) + "\n")
    show(figures, Console())
    Console().print(f"Written to {output}")


def measure(client: SyncPrefectClient, url: str) -> dict[str, Any]:
    """All contenders, one after the other, with the controls before and after."""
    controls = [control(client)]
    results = {contender.name: _contend(client, url, contender) for contender in CONTENDERS}
    controls.append(control(client))
    warm = results["warm"]["median"]
    return {
        "what": "seconds from POST create_flow_run to the state, no-op flow",
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {"cores": os.cpu_count(), "processor": platform.processor() or platform.machine()},
        "versions": {"python": platform.python_version(), "prefect": prefect.__version__},
        "controls": {"before": controls[0], "after": controls[1]},
        "results": results,
        "times_faster_to_running": {
            name: round(result["median"]["Running"] / warm["Running"], 1)
            for name, result in results.items()
            if name != "warm"
        },
        "targets": {
            stage: {"target": target, "measured": warm[stage], "met": warm[stage] <= target}
            for stage, target in TARGETS.items()
        },
    }


def control(client: SyncPrefectClient) -> dict[str, float]:
    """The same minute's raw speed: a run created and moved by hand through its states, and a loop of plain Python."""
    flow = client.create_flow_from_name("bench-control")
    deployment = client.create_deployment(flow_id=flow, name=f"control-{uuid4().hex[:6]}")
    trips, loops = [], []
    for _ in range(5):
        started = time.perf_counter()
        run = client.create_flow_run_from_deployment(deployment)
        for make in (Pending, Running, Completed):
            client.set_flow_run_state(run.id, make())
        trips.append(time.perf_counter() - started)
        started = time.perf_counter()
        sum(number * number for number in range(1_000_000))
        loops.append(time.perf_counter() - started)
    client.delete_deployment(deployment)
    return {
        "four_requests_by_hand": round(statistics.median(trips), 4),
        "python_loop_of_a_million": round(statistics.median(loops), 4),
    }


def _contend(client: SyncPrefectClient, url: str, contender: Contender) -> dict[str, Any]:
    with _pool(client, contender.kind) as pool, _worker(url, pool, contender):
        deployment = _deploy(client, pool)
        _timed_run(client, deployment)  # until the worker is up; not counted
        rows = []
        for _ in range(contender.runs):
            time.sleep(QUIET_SECONDS)
            rows.append(_timed_run(client, deployment))
    return {
        "runs": len(rows),
        "median": {stage: round(statistics.median(row[stage] for row in rows), 3) for stage in STAGES},
        "fastest": {stage: round(min(row[stage] for row in rows), 3) for stage in STAGES},
        "slowest": {stage: round(max(row[stage] for row in rows), 3) for stage in STAGES},
        "each": rows,
    }


def _timed_run(client: SyncPrefectClient, deployment: UUID) -> dict[str, float]:
    started = time.time()
    run = client.create_flow_run_from_deployment(deployment)
    answered = time.time() - started
    deadline = time.monotonic() + 120
    while not (run.state and run.state.is_final()):
        if time.monotonic() > deadline:
            raise RuntimeError(f"the run did not end within two minutes: {run.state}")
        time.sleep(0.25)  # seldom enough not to disturb what is measured; the times come from the states
        run = client.read_flow_run(run.id)
    state = run.state
    if not state.is_completed():
        raise RuntimeError(f"the run ended {state}")
    states = client.request("GET", "/flow_run_states/", params={"flow_run_id": str(run.id)}).json()
    times = {one["name"]: datetime.fromisoformat(one["timestamp"]).timestamp() - started for one in states}
    return {"answered": round(answered, 4)} | {stage: round(times[stage], 4) for stage in STAGES}


def _deploy(client: SyncPrefectClient, pool: str) -> UUID:
    return client.create_deployment(
        flow_id=client.create_flow_from_name("noop"),
        name=pool,
        work_pool_name=pool,
        entrypoint="noop_flow.py:noop",
        pull_steps=[{"prefect.deployments.steps.set_working_directory": {"directory": str(HERE)}}],
        parameter_openapi_schema={"type": "object", "properties": {}},
    )


@contextmanager
def _pool(client: SyncPrefectClient, kind: str) -> Iterator[str]:
    worker = BaseWorker.get_worker_class_from_type(kind)
    if worker is None:
        raise LookupError(f"no worker of type {kind!r} is installed")
    name = f"bench-{kind}-{uuid4().hex[:6]}"
    template = worker.get_default_base_job_template()
    client.create_work_pool(WorkPoolCreate(name=name, type=kind, base_job_template=template))
    try:
        yield name
    finally:
        client.request("DELETE", "/work_pools/{name}", path_params={"name": name})


@contextmanager
def _worker(url: str, pool: str, contender: Contender) -> Iterator[None]:
    command = [sys.executable, "-m", "prefect", "worker", "start", "--pool", pool, "--type", contender.kind]
    environment = {**os.environ, "PREFECT_API_URL": url, "PYTHONPATH": str(HERE), **contender.environment}
    environment.pop("PREFECT_FLOWS_HEARTBEAT_FREQUENCY", None)
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, env=environment, cwd=HERE, stdout=quiet, stderr=quiet) as worker:
        try:
            yield
        finally:
            worker.terminate()


def show(figures: dict[str, Any], console: Console) -> None:
    """The figures as a table."""
    table = Table(title="Seconds from POST to each state (median; fastest-slowest)")
    table.add_column("worker")
    table.add_column("runs", justify="right")
    for stage in STAGES:
        table.add_column(stage, justify="right")
    table.add_column("start against warm", justify="right")
    for name, result in figures["results"].items():
        cells = [
            f"{result['median'][stage]:.2f}\n{result['fastest'][stage]:.2f}-{result['slowest'][stage]:.2f}"
            for stage in STAGES
        ]
        times = figures["times_faster_to_running"].get(name)
        table.add_row(name, str(result["runs"]), *cells, f"{times} times" if times else "")
    console.print(table)
    for stage, target in figures["targets"].items():
        verdict = "met" if target["met"] else "MISSED"
        console.print(f"{stage}: {target['measured']:.2f} s, target {target['target']} s: {verdict}")
    for when, values in figures["controls"].items():
        console.print(f"control {when}: " + ", ".join(f"{name} {value:.3f} s" for name, value in values.items()))


if __name__ == "__main__":
    typer.run(main)
