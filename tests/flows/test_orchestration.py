"""`orchestrate` as a deployment on a real server and worker, and called in plain Python."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterFlowRunId,
    FlowRunFilter,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import FlowRun
from prefect.states import Cancelling

from deployments.worker import WarmWorker
from flows import Orchestration, OrchestrationRequest, orchestrate
from flows.orchestration import TASK_TYPES
from tests.flows.orchestra import TYPES

pytestmark = pytest.mark.orchestration

HERE = Path(__file__).parent
PROJECT = HERE.parents[1]


def eventually(probe: Callable[[], Any], seconds: float = 120) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := probe()):
        assert time.monotonic() < deadline, f"not so within {seconds:.0f} s"
        time.sleep(0.05)
    return found


@dataclass
class Orchestra:
    """A pool of this module's own, `orchestrate` and a small child deployed to it, and a warm worker."""

    client: SyncPrefectClient
    api: str
    folder: Path
    pool: str
    orchestrate: UUID
    worker: subprocess.Popen[bytes] | None = None

    def start_worker(self) -> None:
        environment = {
            **os.environ,
            "PREFECT_API_URL": self.api,
            "PREFECT_LOCAL_STORAGE_PATH": str(self.folder / "results"),
            "PYTHONPATH": f"{HERE}{os.pathsep}{PROJECT}",
            "WARM_EXECUTORS": "2",
        }
        with (self.folder / "worker.log").open("ab") as log:
            self.worker = subprocess.Popen(
                [sys.executable, "-m", "prefect", "worker", "start", "--type", "warm", "--pool", self.pool],
                env=environment,
                cwd=self.folder,
                stdout=log,
                stderr=log,
            )

    def submit(self, *tasks: dict[str, Any], priority: str = "normal") -> UUID:
        request = {"tasks": list(tasks), "priority": priority}
        return self.client.create_flow_run_from_deployment(
            self.orchestrate, parameters={"request": request}, tags=["owner:somebody"]
        ).id

    def ended(self, run: UUID, seconds: float = 120) -> FlowRun:
        def final() -> FlowRun | None:
            found = self.client.read_flow_run(run)
            return found if found.state and found.state.is_final() else None

        try:
            return eventually(final, seconds)
        except AssertionError:
            raise AssertionError((self.folder / "worker.log").read_text()[-5000:]) from None

    def outcome(self, run: UUID) -> Orchestration:
        state = self.ended(run).state
        assert state is not None
        assert state.is_completed(), state
        return Orchestration.model_validate(state.result())

    def children(self, run: UUID) -> list[FlowRun]:
        tagged = FlowRunFilter(tags=FlowRunFilterTags(all_=[f"parent:{run}"]))
        return self.client.read_flow_runs(flow_run_filter=tagged)

    def artifact(self, run: UUID, key: str) -> Any:
        chosen = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[run]))
        listed = self.client.request(
            "POST", "/artifacts/filter", json={"artifacts": chosen.model_dump(mode="json", exclude_unset=True)}
        ).json()
        return next(one["data"] for one in listed if one["key"] == key)


@pytest.fixture(scope="module")
def orchestra(prefect_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Orchestra]:
    folder = tmp_path_factory.mktemp("orchestra")
    pool = f"orchestra-{uuid4().hex[:8]}"
    with SyncPrefectClient(api=prefect_server) as client:
        template = WarmWorker.get_default_base_job_template()
        client.create_work_pool(WorkPoolCreate(name=pool, type="warm", base_job_template=template))
        schema = {"type": "object", "properties": {}}
        child = client.create_deployment(
            client.create_flow_from_name("orchestra-add"),
            "interactive",
            work_pool_name=pool,
            entrypoint="orchestra_deployed.py:add",
            parameter_openapi_schema=schema,
        )
        parent = client.create_deployment(
            client.create_flow_from_name("orchestrate"),
            pool,
            work_pool_name=pool,
            entrypoint="orchestra_deployed.py:orchestrate",
            job_variables={"lane": "waiting"},
            parameter_openapi_schema=schema,
        )
        made = Orchestra(client, prefect_server, folder, pool, parent)
        made.start_worker()
        yield made
        assert made.worker is not None
        made.worker.terminate()
        made.worker.wait(40)
        for deployment in (child, parent):
            client.delete_deployment(deployment)
        client.request("DELETE", f"/work_pools/{pool}")


@pytest.fixture(autouse=True)
def server(prefect_api: str) -> None:
    """Flows and clients of this process talk to the server under test."""


def test_children_are_runs_of_their_own_below_the_parent(orchestra: Orchestra):
    run = orchestra.submit(
        {"id": "first", "type": "add", "params": {"numbers": [1, 2]}},
        {"type": "add", "params": {"numbers": [3]}},
        {
            "id": "second",
            "type": "add",
            "params": {"numbers": [{"$from": "/tasks/first/result/total"}, {"$from": "/tasks/first/result/list/1"}]},
        },
        priority="high",
    )
    made = orchestra.outcome(run)
    assert made.run_id == str(run)
    assert made.outcome == "succeeded"
    assert [(task.id, task.state, task.result["total"]) for task in made.tasks] == [
        ("first", "completed", 3),
        ("task-2", "completed", 3),
        ("second", "completed", 5),
    ]
    assert all(task.seconds is not None and task.seconds > 0 for task in made.tasks)

    children = {child.name: child for child in orchestra.children(run)}
    assert {str(child.id) for child in children.values()} == {task.run_id for task in made.tasks}
    for name, child in children.items():
        assert child.work_queue_name == "sums-high"
        assert child.idempotency_key == f"{run}:{name}"
        assert {"owner:somebody", f"parent:{run}", "capability:sums", "priority:high"} <= set(child.tags)
        assert child.parent_task_run_id is not None
        assert orchestra.client.read_task_run(child.parent_task_run_id).flow_run_id == run
    first, second = children["first"], children["second"]
    assert first.end_time is not None
    assert second.start_time is not None
    assert first.end_time <= second.start_time

    summary = orchestra.artifact(run, "orchestration-summary")
    for task in made.tasks:
        assert f"/runs/flow-run/{task.run_id})" in summary
    assert "| second | orchestra-add/interactive | first | ✓ completed |" in summary
    assert orchestra.artifact(run, "orchestration-progress") == 100


def test_a_failure_hides_no_other_task_and_skips_what_needs_it(orchestra: Orchestra):
    run = orchestra.submit(
        {"id": "good", "type": "add", "params": {"numbers": [1]}},
        {"id": "bad", "type": "add", "params": {"numbers": [13]}},
        {"id": "after", "type": "add", "params": {"numbers": [1]}, "depends_on": ["bad"]},
        {"id": "last", "type": "add", "params": {"numbers": [1]}, "depends_on": ["after", "good"]},
        {"id": "lost", "type": "add", "params": {"numbers": {"$from": "/tasks/good/result/nothing"}}},
        {"id": "unfit", "type": "add", "params": {"numbers": {"$from": "/tasks/good/result/total"}}},
        {"id": "absent", "type": "nowhere", "params": {"numbers": [1]}},
    )
    ended = orchestra.ended(run)
    made = {task.id: task for task in orchestra.outcome(run).tasks}
    assert ended.state is not None
    assert ended.state.name == "Partial"
    assert "bad failed, after skipped, last skipped" in str(ended.state.message)
    assert (made["good"].state, made["good"].result["total"]) == ("completed", 1)
    assert made["bad"].state == "failed"
    assert "13 brings bad luck" in str(made["bad"].error)
    assert (made["after"].state, made["after"].run_id) == ("skipped", None)
    assert "bad failed" in str(made["after"].error)
    assert "after skipped" in str(made["last"].error)
    assert "nothing at /nothing" in str(made["lost"].error)
    assert "numbers: Input should be a valid tuple" in str(made["unfit"].error)
    assert "orchestra-nowhere/interactive" in str(made["absent"].error)
    assert {child.name for child in orchestra.children(run)} == {"good", "bad"}


def test_all_failed_is_said_by_the_state_and_can_still_be_read(orchestra: Orchestra):
    run = orchestra.submit({"type": "add", "params": {"numbers": [13]}})
    state = orchestra.ended(run).state
    assert state is not None
    assert state.name == "Unsuccessful"
    made = orchestra.outcome(run)
    assert made.outcome == "failed"
    assert "13 brings bad luck" in str(made.tasks[0].error)


def test_cancelling_the_parent_cancels_its_children(orchestra: Orchestra, tmp_path: Path):
    markers = [tmp_path / "one", tmp_path / "two"]
    run = orchestra.submit(
        *({"type": "add", "params": {"numbers": [1], "seconds": 90, "started": str(marker)}} for marker in markers),
        {"id": "later", "type": "add", "params": {"numbers": [1]}, "depends_on": ["task-1"]},
    )
    eventually(lambda: all(marker.exists() for marker in markers))
    orchestra.client.set_flow_run_state(run, Cancelling())
    parent = orchestra.ended(run)
    assert parent.state is not None
    assert parent.state.is_cancelled()
    children = orchestra.children(run)
    assert len(children) == 2
    for child in children:
        state = orchestra.ended(child.id).state
        assert state is not None
        assert state.is_cancelled()


@pytest.mark.resilience
def test_a_restarted_parent_finds_the_children_it_had(orchestra: Orchestra, tmp_path: Path):
    marker = tmp_path / "started"
    run = orchestra.submit(
        {"id": "done", "type": "add", "params": {"numbers": [1]}},
        {"id": "slow", "type": "add", "params": {"numbers": [2], "seconds": 1.5, "started": str(marker)}},
        {"id": "next", "type": "add", "params": {"numbers": [{"$from": "/tasks/slow/result/total"}, 3]}},
    )
    eventually(marker.exists)
    assert orchestra.worker is not None
    orchestra.worker.kill()
    orchestra.worker.wait(20)
    orchestra.start_worker()
    made = orchestra.outcome(run)
    assert [task.result["total"] for task in made.tasks] == [1, 2, 5]
    assert sorted(child.name for child in orchestra.children(run)) == ["done", "next", "slow"]


def test_called_in_python_it_gives_the_same_with_children_in_this_process(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    for name, kind in TYPES.items():
        monkeypatch.setitem(TASK_TYPES, name, kind)
    started = [str(tmp_path / name) for name in ("a", "b", "c")]
    beside = [{"started": one, "beside": started} for one in started]
    request = OrchestrationRequest.model_validate(
        {
            "tasks": [
                {"id": "first", "type": "add", "params": {"numbers": [1, 2], **beside[0]}},
                {"type": "add", "params": {"numbers": [3], **beside[1]}},
                {"id": "bad", "type": "add", "params": {"numbers": [13], **beside[2]}},
                {"id": "second", "type": "add", "params": {"numbers": [{"$from": "/tasks/first/result/total"}]}},
                {"id": "after", "type": "add", "params": {"numbers": [1]}, "depends_on": ["bad"]},
            ]
        }
    )
    made = orchestrate(request)
    assert isinstance(made, Orchestration)
    assert made.outcome == "partial"
    assert [task.state for task in made.tasks] == ["completed", "completed", "failed", "completed", "skipped"]
    assert [task.result["total"] for task in made.tasks if task.result] == [3, 3, 3]
    assert "13 brings bad luck" in str(made.tasks[2].error)
    with get_client(sync_client=True) as client:
        for task in made.tasks[:4]:
            child = client.read_flow_run(UUID(task.run_id))
            assert child.name == task.id
            assert child.parent_task_run_id is not None
            assert str(client.read_task_run(child.parent_task_run_id).flow_run_id) == made.run_id


def test_a_request_may_be_a_plain_dict(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(TASK_TYPES, "add", TYPES["add"])
    body: Any = {"tasks": [{"type": "add", "params": {"numbers": [1]}}]}
    assert orchestrate(body).outcome == "succeeded"


def test_the_deployments_that_tasks_need_are_named_after_their_flows():
    assert TASK_TYPES["crypto_prediction"].deployment == "predict-price/interactive"
    assert TASK_TYPES["fraud_detection"].deployment == "analyze-transactions/interactive"
