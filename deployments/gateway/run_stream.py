"""A run as server-sent events. The event stream only wakes it: what it says is always read from Prefect."""

import contextlib
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import FlowRun, State
from pydantic import BaseModel

from deployments.gateway.changes import RunChanges
from deployments.gateway.prefect_access import PrefectAccess, PrefectAway
from deployments.gateway.problems import Problem
from deployments.gateway.run import RunView, is_final, message_of, state_of
from deployments.gateway.runs import Runs

HEARTBEAT_SECONDS = 10.0
PROGRESS_SECONDS = 1.0
FOREVER = 7 * 24 * 3600.0
LOG_PAGE = 200
RECONNECT_MILLISECONDS = 2000


class EventStream(StreamingResponse):
    """A response of server-sent events."""

    media_type = "text/event-stream"


@dataclass
class Cursor:
    """How much of a run its reader has seen; its text is the id of each event."""

    state: UUID | None = None
    progress: float | None = None
    logs: int = 0

    @classmethod
    def parse(cls, text: str | None) -> "Cursor":
        """The cursor of an event's id; the very start for a text that is none of ours."""
        parts = (text or "").split(";")
        with contextlib.suppress(ValueError):
            state, progress, logs = parts
            return cls(UUID(state), float(progress) if progress else None, max(0, min(int(logs), 10**6)))
        return cls()

    def __str__(self) -> str:
        progress = "" if self.progress is None else f"{self.progress:g}"
        return f"{self.state or ''};{progress};{self.logs}"


class RunStream:
    """Follows one run for one reader."""

    def __init__(
        self, runs: Runs, changes: RunChanges, prefect: PrefectAccess, view: RunView, *, with_logs: bool
    ) -> None:
        self._runs = runs
        self._changes = changes
        self._prefect = prefect
        self._view = view
        self._with_logs = with_logs
        self._said_at = time.monotonic()
        self._progress_at = float("-inf")

    async def events(self, run: FlowRun, last_event_id: str | None) -> AsyncIterator[bytes]:
        """Everything after `last_event_id`, as it happens, until the run is final or deleted."""
        cursor = Cursor.parse(last_event_id)
        yield format_sse_event(retry=RECONNECT_MILLISECONDS, comment=f"run {run.id}")
        run_id = run.id
        async for _ in self._changes.wakes(run_id, FOREVER):
            try:
                async for event in self._news(run_id, cursor):
                    self._said_at = time.monotonic()
                    yield event
                run = await self._runs.current(run_id)
            except PrefectAway:  # the reader is kept, and told that we are here
                yield format_sse_event(comment="waiting for Prefect")
                continue
            except Problem:
                yield format_sse_event(comment="the run was deleted")
                return
            if is_final(run):
                async for event in self._news(run_id, cursor, last=True):
                    yield event
                yield self._event("end", cursor, self._view.accepted(run))
                return
            if time.monotonic() - self._said_at > HEARTBEAT_SECONDS:
                self._said_at = time.monotonic()
                yield format_sse_event(comment="still here")

    async def _news(self, run_id: UUID, cursor: Cursor, *, last: bool = False) -> AsyncIterator[bytes]:
        for state in await self._states_after(run_id, cursor.state):
            cursor.state = state.id
            yield self._event("state", cursor, _described(state))
        if last or time.monotonic() - self._progress_at >= PROGRESS_SECONDS:
            self._progress_at = time.monotonic()
            progress = await self._runs.progress(run_id)
            if progress is not None and progress != cursor.progress:
                cursor.progress = progress
                yield self._event("progress", cursor, {"progress": progress})
            if self._with_logs:
                async for event in self._log_events(run_id, cursor):
                    yield event

    async def _states_after(self, run_id: UUID, seen: UUID | None) -> list[State[Any]]:
        async def read(client: PrefectClient) -> list[State[Any]]:
            return await client.read_flow_run_states(run_id)

        states = sorted(await self._prefect.call(read), key=lambda state: state.timestamp)
        ids = [state.id for state in states]
        return states[ids.index(seen) + 1 :] if seen in ids else states

    async def _log_events(self, run_id: UUID, cursor: Cursor) -> AsyncIterator[bytes]:
        while records := await self._runs.logs(run_id, limit=LOG_PAGE, offset=cursor.logs):
            for record in records:
                cursor.logs += 1
                said = {"timestamp": record.timestamp.isoformat(), "level": record.level, "message": record.message}
                yield self._event("log", cursor, said)

    @staticmethod
    def _event(name: str, cursor: Cursor, data: BaseModel | dict[str, Any]) -> bytes:
        text = data.model_dump_json() if isinstance(data, BaseModel) else json.dumps(data)
        return format_sse_event(event=name, id=str(cursor), data_str=text)


def _described(state: State[Any]) -> dict[str, Any]:
    return {
        "state": state_of(state),
        "name": state.name,
        "timestamp": state.timestamp.isoformat(),
        "message": message_of(state),
        "is_final": state.is_final(),
    }
