"""Following a run."""

import json
import time
from collections.abc import Iterator

import httpx
from httpx_sse import SSEError, connect_sse

from deployments.client.connection import Connection
from deployments.client.errors import GatewayAway, error_of
from deployments.client.run import RunEvent

PAUSE = 1.0
PATIENCE = 300.0
"""Seconds for which a gateway that is away is waited for: the run goes on without it."""


def watch(connection: Connection, run_id: str, *, logs: bool) -> Iterator[RunEvent]:
    """The run's events up to the last one, `end`; after a broken connection those that were not seen yet."""
    seen: str | None = None
    deadline = time.monotonic() + PATIENCE
    while True:
        headers = {"Last-Event-ID": seen} if seen else {}
        try:
            with connect_sse(
                connection.http,
                "GET",
                f"/api/v1/runs/{run_id}/events",
                params={"logs": str(logs).lower()},
                headers=headers,
                timeout=httpx.Timeout(60, connect=5),
            ) as source:
                if not source.response.is_success:
                    source.response.read()
                    raise error_of(source.response)
                for event in source.iter_sse():
                    seen = event.id or seen
                    deadline = time.monotonic() + PATIENCE
                    if event.data:
                        yield RunEvent(kind=event.event, data=json.loads(event.data))
                    if event.event == "end":
                        return
        except (httpx.TransportError, SSEError, GatewayAway) as error:
            if time.monotonic() > deadline:
                raise GatewayAway(connection.url, type(error).__name__) from None
        time.sleep(PAUSE)
