"""A gateway in this process, deployments for it to trigger, and a way to run what it stored."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import uvicorn
from asgi_lifespan import LifespanManager
from fastapi import FastAPI
from prefect import Flow, flow, get_run_logger
from prefect.artifacts import create_progress_artifact
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.objects import FlowRun
from prefect.exceptions import ObjectNotFound
from prefect.flow_engine import run_flow
from prefect.utilities.callables import parameter_schema
from pydantic import BaseModel, ConfigDict, Field

from deployments.gateway.api_keys import ApiKeys
from deployments.gateway.app import create_app
from deployments.gateway.settings import GatewaySettings

ADDRESS = "http://127.0.0.1"


class Count(BaseModel):
    """How far to count."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    upto: int = Field(3, ge=1, le=10, description="Last number.", examples=[3])
    source: str | None = Field(None, max_length=200, description="A file.", examples=["asset://uploads/1/a.csv"])


class Counted(BaseModel):
    """What was counted."""

    numbers: list[int]
    note: str


@flow(name="gateway-count", persist_result=True, result_serializer="json")
def count(request: Count) -> Counted:
    """Count."""
    create_progress_artifact(progress=50.0, key="count")
    logger = get_run_logger()
    logger.setLevel(logging.INFO)
    logger.info("counting to %d", request.upto)
    return Counted(numbers=list(range(1, request.upto + 1)), note="naïve ünïcode ✓")


@flow(name="gateway-fail", persist_result=True, result_serializer="json")
def fail(request: Count) -> Counted:
    """Fail."""
    raise ValueError(f"can't count to {request.upto}")


@flow(name="gateway-pickle", persist_result=True, result_serializer="pickle")
def pickled(request: Count) -> Counted:
    """Keep a result that nobody should read."""
    return Counted(numbers=[request.upto], note="pickled")


@dataclass(frozen=True)
class Toys:
    """Small flows that stand for the capabilities."""

    count: Flow[..., Any] = count
    fail: Flow[..., Any] = fail
    pickled: Flow[..., Any] = pickled


@pytest.fixture
def toys() -> Toys:
    return Toys()


@pytest.fixture
async def prefect(prefect_api: str) -> AsyncIterator[PrefectClient]:
    async with get_client() as client:
        yield client


@dataclass(frozen=True)
class Deployed:
    """A flow as a deployment of the server under test."""

    flow: Flow[..., Any]
    name: str
    id: UUID


@pytest.fixture
async def deploy(prefect: PrefectClient) -> AsyncIterator[Callable[..., Awaitable[Deployed]]]:
    """Registers flows on a work pool of this test's own."""
    pool = f"gateway-{uuid4().hex[:12]}"
    await prefect.create_work_pool(WorkPoolCreate(name=pool, type="process"))
    made: list[UUID] = []

    async def register(
        flow: Flow[..., Any], *, capability: str = "crypto", tags: tuple[str, ...] = (), name: str | None = None
    ) -> Deployed:
        deployment = name or f"test-{uuid4().hex[:12]}"
        if name is not None:  # a server that is shared may have it already
            with contextlib.suppress(ObjectNotFound):
                found = await prefect.read_deployment_by_name(f"{flow.name}/{name}")
                return Deployed(flow, f"{flow.name}/{name}", found.id)
        schema = parameter_schema(flow).model_dump_for_openapi()
        identifier = await prefect.create_deployment(
            flow_id=await prefect.create_flow(flow),
            name=deployment,
            work_pool_name=pool,
            work_queue_name=f"{capability}-normal",
            tags=[f"capability:{capability}", *tags],
            parameter_openapi_schema=schema,
            description="A deployment of the gateway's tests.",
        )
        made.append(identifier)
        return Deployed(flow, f"{flow.name}/{deployment}", identifier)

    yield register
    for identifier in made:
        await prefect.delete_deployment(identifier)
    await prefect.delete_work_pool(pool)


@pytest.fixture
def settings(prefect_api: str) -> GatewaySettings:
    return GatewaySettings()


@pytest.fixture
async def serve(prefect_api: str) -> AsyncIterator[Callable[..., Awaitable[httpx.AsyncClient]]]:
    """Starts a gateway with the settings given, and hands out a client of it."""
    opened: list[tuple[LifespanManager, httpx.AsyncClient]] = []

    async def start(settings: GatewaySettings, **options: Any) -> httpx.AsyncClient:
        app = create_app(settings)
        manager = LifespanManager(app, startup_timeout=30, shutdown_timeout=30)
        await manager.__aenter__()
        client = client_of(app, **options)
        opened.append((manager, client))
        return client

    yield start
    for manager, client in reversed(opened):
        await client.aclose()
        await manager.__aexit__()


@pytest.fixture
async def gateway(serve: Callable[..., Awaitable[httpx.AsyncClient]], settings: GatewaySettings) -> httpx.AsyncClient:
    """A client of a gateway without API keys."""
    return await serve(settings)


def client_of(app: FastAPI, **options: Any) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url=ADDRESS, timeout=60, **options)


@pytest.fixture
async def live(prefect_api: str) -> AsyncIterator[Callable[..., Awaitable[httpx.AsyncClient]]]:
    """Serves an application on a port of its own, as in production, and hands out a client of it."""
    serving: list[tuple[uvicorn.Server, asyncio.Task[None], httpx.AsyncClient]] = []

    async def start(app: Any) -> httpx.AsyncClient:
        listener = socket.create_server(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=2))
        task = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started:
            assert not task.done(), "the server did not start"
            await asyncio.sleep(0.01)
        client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60)
        serving.append((server, task, client))
        return client

    yield start
    for server, task, client in reversed(serving):
        await client.aclose()
        server.should_exit = True
        await task


@dataclass(frozen=True)
class Keyed:
    """A gateway with API keys, and a key of each kind."""

    client: httpx.AsyncClient
    keys: ApiKeys

    def key(self, *scopes: str) -> dict[str, str]:
        """Headers of a new key with these scopes."""
        return {"Authorization": f"Bearer {self.keys.add('test', frozenset(scopes))[1]}"}


@pytest.fixture
async def keyed(serve: Callable[..., Awaitable[httpx.AsyncClient]], settings: GatewaySettings) -> Keyed:
    """A gateway that takes keys alone."""
    keys = ApiKeys(settings.api_keys_file)
    keys.add("somebody", frozenset({"admin"}))
    return Keyed(await serve(settings), keys)


@pytest.fixture
def perform(prefect: PrefectClient) -> Callable[..., Awaitable[FlowRun]]:
    """Runs a stored run to its end in this process, as a worker would."""

    async def run(deployed: Deployed, run_id: str | UUID) -> FlowRun:
        stored = await prefect.read_flow_run(UUID(str(run_id)))
        await asyncio.to_thread(
            run_flow, deployed.flow, flow_run=stored, parameters=stored.parameters, return_type="state"
        )
        return await prefect.read_flow_run(stored.id)

    return run
