"""Following a run."""

import json
import time
from collections.abc import Iterator

import httpx
from httpx_sse import EventSource, SSEError, connect_sse

from deployments.client.connection import PASSING, Connection
from deployments.client.errors import GatewayAway, error_of
from deployments.client.run import RunEvent

PAUSE = 1.0
PATIENCE = 300.0
"""Seconds for which a gateway that went away is waited for: the run goes on without it."""


class Watch:
    """The events of one run up to the last one, `end`; after a broken connection those that were not seen yet."""

    def __init__(self, connection: Connection, run_id: str, *, logs: bool) -> None:
        self._connection = connection
        self._path = f"/api/v1/runs/{run_id}/events"
        self._logs = logs
        self._seen: str | None = None
        self._deadline = time.monotonic() + connection.patience

    def __iter__(self) -> Iterator[RunEvent]:
        while True:
            try:
                for event in self._connected():
                    yield event
                    if event.kind == "end":
                        return
            except (httpx.TransportError, SSEError) as error:
                if time.monotonic() > self._deadline:
                    raise GatewayAway.silent(self._connection.url, error) from None
            except GatewayAway:
                if time.monotonic() > self._deadline:
                    raise
            time.sleep(PAUSE)

    def _connected(self) -> Iterator[RunEvent]:
        with connect_sse(
            self._connection.http,
            "GET",
            self._path,
            params={"logs": str(self._logs).lower()},
            headers={"Last-Event-ID": self._seen} if self._seen else {},
            timeout=httpx.Timeout(60, connect=5),
        ) as source:
            self._refuse(source)
            self._deadline = time.monotonic() + PATIENCE
            for event in source.iter_sse():
                self._deadline = time.monotonic() + PATIENCE
                self._seen = event.id or self._seen
                if event.data:
                    yield RunEvent(kind=event.event, data=json.loads(event.data))

    @staticmethod
    def _refuse(source: EventSource) -> None:
        """Raise what an answer without events means; one that passes counts as being away."""
        response = source.response
        if response.is_success:
            return
        response.read()
        error = error_of(response)
        raise GatewayAway(str(error)) if response.status_code in PASSING else error
