"""A warm worker as users start it, and a hand to drive it with."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.objects import FlowRun
from prefect.states import Cancelling, Scheduled

from deployments.worker import WarmWorker

HERE = Path(__file__).parent
PROJECT = HERE.parents[2]


def wait_for(condition: Callable[[], Any], seconds: float = 15, what: str = "condition") -> Any:
    deadline = time.monotonic() + seconds
    while True:
        if value := condition():
            return value
        assert time.monotonic() < deadline, f"{what} did not come true within {seconds} s"
        time.sleep(0.03)


@dataclass
class Pool:
    """A work pool of the test's own and the workers it starts."""

    client: SyncPrefectClient
    api: str
    folder: Path
    name: str = field(default_factory=lambda: f"warm-{uuid4().hex[:8]}")
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.client.create_work_pool(
            WorkPoolCreate(name=self.name, type="warm", base_job_template=WarmWorker.get_default_base_job_template())
        )

    @property
    def log(self) -> Path:
        return self.folder / "worker.log"

    def start_worker(self, *arguments: str, name: str = "tester", **env: str) -> subprocess.Popen[bytes]:
        environment = {
            **os.environ,
            "PREFECT_API_URL": self.api,
            "PYTHONPATH": f"{HERE}{os.pathsep}{PROJECT}",
            "WARM_EXECUTORS": "2",
            "WARM_CANCEL_GRACE_SECONDS": "1.5",
            "PREFECT_CLIENT_RETRY_JITTER_FACTOR": "0",
            **env,
        }
        command = [sys.executable, "-m", "prefect", "worker", "start", "--type", "warm", "--pool", self.name]
        with self.log.open("ab") as output:
            worker = subprocess.Popen(
                [*command, "--name", name, *arguments],
                env=environment,
                cwd=self.folder,
                stdout=output,
                stderr=output,
            )
        self.workers.append(worker)
        return worker

    def deploy(self, flow: str, *, module: str = "warm_flows", queue: str | None = None, **job_variables: Any) -> UUID:
        name = f"{self.name}-{uuid4().hex[:6]}"
        return self.client.create_deployment(
            flow_id=self.client.create_flow_from_name(flow.replace("_", "-")),
            name=name,
            work_pool_name=self.name,
            work_queue_name=queue,
            entrypoint=f"{module}.py:{flow}",
            job_variables=job_variables,
            parameter_openapi_schema={"type": "object", "properties": {}},
        )

    def submit(self, deployment: UUID, *, after: timedelta | None = None, **parameters: Any) -> UUID:
        state = Scheduled(scheduled_time=datetime.now(UTC) + after) if after else None
        return self.client.create_flow_run_from_deployment(deployment, parameters=parameters, state=state).id

    def run(self, flow: str, job_variables: dict[str, Any] | None = None, **parameters: Any) -> UUID:
        return self.submit(self.deploy(flow, **(job_variables or {})), **parameters)

    def read(self, run: UUID) -> FlowRun:
        return self.client.read_flow_run(run)

    def wait(self, run: UUID, *names: str, seconds: float = 15) -> FlowRun:
        """The run once it is in one of these states, or in any final one when none is named."""

        def there() -> FlowRun | None:
            found = self.client.read_flow_run(run)
            assert found.state is not None
            reached = found.state.name in names if names else found.state.is_final()
            return found if reached else None

        try:
            return wait_for(there, seconds, f"state {names or 'final'} of run {run}")
        except AssertionError as error:
            states = [(state["name"], state["message"]) for state in self.states(run)]
            raise AssertionError(f"{error}\n{states}\n{self.log.read_text()[-3000:]}") from None

    def states(self, run: UUID) -> list[Any]:
        return sorted(
            (s for s in self.client.request("GET", "/flow_run_states/", params={"flow_run_id": str(run)}).json()),
            key=lambda state: state["timestamp"],
        )

    def names(self, run: UUID) -> list[str]:
        return [state["name"] for state in self.states(run)]

    def cancel(self, run: UUID) -> None:
        self.client.set_flow_run_state(run, Cancelling())

    def logs(self, run: UUID) -> list[str]:
        body = {"logs": {"flow_run_id": {"any_": [str(run)]}}, "sort": "TIMESTAMP_ASC"}
        return [log["message"] for log in self.client.request("POST", "/logs/filter", json=body).json()]

    def close(self) -> None:
        for worker in self.workers:
            if worker.poll() is None:
                worker.send_signal(signal.SIGKILL)
            worker.wait(20)
        self.client.request("DELETE", f"/work_pools/{self.name}")


@pytest.fixture
def eventually() -> Callable[..., Any]:
    """Wait for a condition to come true and return its value."""
    return wait_for


@pytest.fixture(scope="session")
def api_client(prefect_server: str) -> Iterator[SyncPrefectClient]:
    with SyncPrefectClient(api=prefect_server) as client:
        yield client


@pytest.fixture
def pool(api_client: SyncPrefectClient, prefect_server: str, tmp_path: Path) -> Iterator[Pool]:
    """An empty pool for tests that start workers of their own."""
    made = Pool(api_client, prefect_server, tmp_path)
    yield made
    made.close()


@pytest.fixture(scope="package")
def warm(
    api_client: SyncPrefectClient, prefect_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Pool]:
    """A pool with one worker that all tests of this folder share."""
    made = Pool(api_client, prefect_server, tmp_path_factory.mktemp("warm"))
    worker = made.start_worker(WARM_RECYCLE_RUNS="10", WARM_SWEEP_SECONDS="2")
    made.wait(made.run("noop"), "Completed", seconds=40)
    yield made
    worker.terminate()
    worker.wait(40)
    made.close()
