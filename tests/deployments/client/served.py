"""A gateway on a port of its own, small flows deployed for it, and a way to run what it stored."""

import contextvars
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import uvicorn
from prefect import Flow, flow, get_run_logger
from prefect.artifacts import create_progress_artifact
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.flow_engine import run_flow
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.states import State
from prefect.utilities.callables import parameter_schema
from pydantic import BaseModel, ConfigDict, Field

from blocks.asset_store import Asset, AssetStore
from blocks.settings import get_settings
from deployments.gateway.api_keys import ApiKeys
from deployments.gateway.app import create_app
from deployments.gateway.settings import GatewaySettings
from tasks.run import asset_path
from tests.deployments.client.wire import Wire

CONTENT = bytes(range(256)) * 4096
"""A file of 1 MiB."""

OPEN = threading.Event()
"""Lets the flows that wait go on."""


class Count(BaseModel):
    """How far to count."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    upto: int = Field(3, ge=1, le=10, description="Last number.", examples=[3])
    word: str = Field("", max_length=200, description="What to say.", examples=["go"])
    files: int = Field(0, ge=0, le=3, description="How many files to make.", examples=[0])
    lines: int = Field(1, ge=0, le=500, description="How many lines to log.", examples=[1])


class Counted(BaseModel):
    """What was counted."""

    numbers: list[int]
    word: str
    assets: list[Asset]


@flow(name="client-count", persist_result=True, result_serializer="json")
def count(request: Count) -> Counted:
    """Count."""
    create_progress_artifact(progress=50.0, key="count")
    logger = get_run_logger()
    for line in range(request.lines):
        logger.info("line %d \x1b[31m", line)
    store = AssetStore.default()
    assets = [store.put(asset_path(f"{number}.bin"), CONTENT) for number in range(request.files)]
    return Counted(numbers=list(range(1, request.upto + 1)), word=request.word, assets=assets)


@flow(name="client-fail", persist_result=True, result_serializer="json")
def fail(request: Count) -> Counted:
    """Fail."""
    raise ValueError(f"can't count to {request.upto}")


@flow(name="client-wait", persist_result=True, result_serializer="json")
def wait(request: Count) -> Counted:
    """Count once it is let."""
    create_progress_artifact(progress=10.0, key="wait")
    assert OPEN.wait(60)
    return Counted(numbers=[1], word=request.word, assets=[])


@dataclass(frozen=True)
class Served:
    """A gateway, reached through a wire that can break."""

    url: str
    wire: Wire
    keys: ApiKeys
    deploy: Callable[[Flow], str]
    """Registers a flow; gives the deployment's name."""

    def perform(self, flow: Flow, run_id: UUID) -> State:
        """Run a stored run to its end in this process, as a worker would."""
        with get_client(sync_client=True) as client:
            stored = client.read_flow_run(run_id)
        return run_flow(flow, flow_run=stored, parameters=stored.parameters, return_type="state")

    def perform_later(self, flow: Flow, run_id: UUID) -> threading.Thread:
        """The same beside what the test does."""
        context = contextvars.copy_context()
        thread = threading.Thread(target=context.run, args=(self.perform, flow, run_id))
        thread.start()
        return thread


@pytest.fixture
def deploy(prefect_api: str) -> Iterator[Callable[[Flow], str]]:
    """Registers flows on a work pool of this test's own."""
    pool = f"client-{uuid4().hex[:12]}"
    made: list[UUID] = []
    with get_client(sync_client=True) as client:

        def register(flow: Flow, capability: str = "crypto") -> str:
            if not made:
                client.create_work_pool(WorkPoolCreate(name=pool, type="process"))
            name = f"test-{uuid4().hex[:12]}"
            made.append(
                client.create_deployment(
                    flow_id=client.create_flow(flow),
                    name=name,
                    work_pool_name=pool,
                    work_queue_name=f"{capability}-normal",
                    tags=[f"capability:{capability}"],
                    parameter_openapi_schema=parameter_schema(flow).model_dump_for_openapi(),
                    description="A deployment of the client's tests.",
                )
            )
            return f"{flow.name}/{name}"

        yield register
        for deployment in made:
            client.delete_deployment(deployment)
        if made:
            client.delete_work_pool(pool)


@contextmanager
def serving(folder: Path) -> Iterator[int]:
    """A gateway as in production: uvicorn on a port of its own, with the Prefect settings and environment of now."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        create_app(GatewaySettings(data_dir=folder)),
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=1,
        lifespan="on",
    )
    server = uvicorn.Server(config)
    context = contextvars.copy_context()
    thread = threading.Thread(target=context.run, args=(server.run, [listener]))
    thread.start()
    try:
        while not server.started:
            thread.join(0.01)
            assert thread.is_alive(), "the gateway did not start"
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(20)


@pytest.fixture(scope="session")
def gateway(prefect_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    """The gateway that tests share which leave nothing behind in it: its port and its data folder."""
    folder = tmp_path_factory.mktemp("gateway")
    with pytest.MonkeyPatch.context() as patch, temporary_settings({PREFECT_API_URL: prefect_server}):
        patch.setenv("PREFECT_API_URL", prefect_server)
        with serving(folder) as port:
            yield port, folder


@contextmanager
def connected(port: int, folder: Path, deploy: Callable[[Flow], str]) -> Iterator[Served]:
    """The gateway through a wire of this test's own, under whose address it is known to this test."""
    with Wire(port) as wire, pytest.MonkeyPatch.context() as patch:
        for name, value in {"PUBLIC_URL": wire.url, "AIFLOWS_URL": wire.url, "DATA_DIR": str(folder)}.items():
            patch.setenv(name, value)
        get_settings.cache_clear()
        OPEN.clear()
        yield Served(wire.url, wire, ApiKeys(GatewaySettings().api_keys_file), deploy)
        OPEN.set()


@pytest.fixture
def served(gateway: tuple[int, Path], deploy: Callable[[Flow], str]) -> Iterator[Served]:
    """The shared gateway."""
    with connected(*gateway, deploy) as served:
        yield served


@pytest.fixture
def served_alone(deploy: Callable[[Flow], str], tmp_path: Path) -> Iterator[Served]:
    """A gateway of this test's own, for tests that give it API keys or ask it for what it remembers."""
    with serving(tmp_path / "gateway") as port, connected(port, tmp_path / "gateway", deploy) as served:
        yield served
