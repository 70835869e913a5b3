"""Following a run."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import httpx
import pytest
from prefect.client.orchestration import PrefectClient

from deployments.gateway.app import create_app
from deployments.gateway.run_stream import Cursor
from deployments.gateway.settings import GatewaySettings

pytestmark = pytest.mark.gateway

Event = tuple[str, str, Any]


def events_of(text: str) -> list[Event]:
    events = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if line and not line.startswith(":"))
        if "event" in fields:
            events.append((fields["event"], fields["id"], json.loads(fields["data"])))
    return events


async def test_a_reader_sees_each_state_the_progress_and_the_end(
    live: Callable[..., Awaitable[httpx.AsyncClient]],
    settings: GatewaySettings,
    deploy: Callable[..., Awaitable[Any]],
    perform: Callable[..., Awaitable[Any]],
    toys: Any,
) -> None:
    client = await live(create_app(settings))
    deployed = await deploy(toys.count)
    run_id = (await client.post("/api/v1/runs", json={"flow": deployed.name})).json()["run_id"]
    path = f"/api/v1/runs/{run_id}/events"
    async with client.stream("GET", path, params={"logs": "true"}) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        chunks = answer.aiter_text()
        first = await anext(chunks)
        while "event: state" not in first:
            first += await anext(chunks)
        done = asyncio.create_task(perform(deployed, run_id))
        text = first + "".join([chunk async for chunk in chunks])
        await done
    events = events_of(text)
    states = [data["state"] for name, _, data in events if name == "state"]
    assert states[0] == "Scheduled"
    assert states[-2:] == ["Running", "Completed"]
    assert [data for name, _, data in events if name == "progress"] == [{"progress": 50.0}]
    assert events[-1][0] == "end"
    assert events[-1][2]["state"] == "Completed"
    assert len({(name, json.dumps(data)) for name, _, data in events}) == len(events)

    middle = next(index for index, event in enumerate(events) if event[0] == "state") + 1
    again = events_of((await client.get(path, headers={"Last-Event-ID": events[middle][1]})).text)
    resumed = [data["state"] for name, _, data in again if name == "state"]
    assert resumed == states[2:]
    assert again[-1][0] == "end"


@pytest.mark.parametrize("text", [None, "", "x", ";;", "a;b;c", "1;2;3;4", ";;-5", "\x00"])
def test_an_id_that_is_none_of_ours_begins_at_the_start(text: str | None) -> None:
    assert Cursor.parse(text).state is None


def test_a_cursor_survives_its_text() -> None:
    text = "0b8e6a52-6f0c-4a5e-9a57-3c1f6a4c7f10;12.5;7"
    assert str(Cursor.parse(text)) == text


async def test_a_run_that_is_deleted_ends_the_stream(
    live: Callable[..., Awaitable[httpx.AsyncClient]],
    settings: GatewaySettings,
    deploy: Callable[..., Awaitable[Any]],
    toys: Any,
    prefect: PrefectClient,
) -> None:
    client = await live(create_app(settings))
    deployed = await deploy(toys.count)
    run_id = (await client.post("/api/v1/runs", json={"flow": deployed.name})).json()["run_id"]
    async with client.stream("GET", f"/api/v1/runs/{run_id}/events") as answer:
        chunks = answer.aiter_text()
        await anext(chunks)
        waiting = asyncio.create_task(client.get(f"/api/v1/runs/{run_id}/result", headers={"Prefer": "wait=20"}))
        await prefect.delete_flow_run(UUID(run_id))
        async with asyncio.timeout(15):
            text = "".join([chunk async for chunk in chunks])
            assert (await waiting).status_code == 404
    assert text.rstrip().endswith(": the run was deleted")
