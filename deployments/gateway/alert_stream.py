"""What happens to alerts, as server-sent events."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

from fastapi.sse import format_sse_event
from pydantic import TypeAdapter
from starlette.concurrency import run_in_threadpool

from blocks.alert_store import Alert, AlertEvent, AlertStore, NoSuchAlert
from blocks.block_error import BlockError

LOOK_SECONDS = 1.0
HEARTBEAT_SECONDS = 15.0
RECONNECT_MILLISECONDS = 2000

_JSON = TypeAdapter(dict[str, Any])


class AlertStream:
    """Follows the alerts of an owner (None: everyone's) for one reader."""

    def __init__(self, store: AlertStore, owner: str | None) -> None:
        self._store = store
        self._owner = owner

    async def events(self, last_event_id: str | None, begin: int | None) -> AsyncIterator[bytes]:
        """Everything after `last_event_id`, or after the number `begin`; until the reader leaves."""
        seen = _number(last_event_id) if begin is None else begin
        yield format_sse_event(retry=RECONNECT_MILLISECONDS, comment="alerts")
        said_at = time.monotonic()
        while True:
            try:
                news = await run_in_threadpool(self._news, seen)
            except BlockError:  # the reader is kept, and told that we are here
                yield format_sse_event(comment="waiting for the database")
                news = []
            for event, alert in news:
                seen, said_at = event.number, time.monotonic()
                yield format_sse_event(
                    event=event.event, data_str=json.dumps(told_of(event, alert)), id=str(event.number)
                )
            if time.monotonic() - said_at > HEARTBEAT_SECONDS:
                said_at = time.monotonic()
                yield format_sse_event(comment="still here")
            if not news:
                await asyncio.sleep(LOOK_SECONDS)

    def _news(self, seen: int) -> list[tuple[AlertEvent, Alert]]:
        found = []
        for event in self._store.events(seen, self._owner):
            with suppress(NoSuchAlert):
                found.append((event, self._store.alert(event.alert_id)))
        return found


def _number(text: str | None) -> int:
    """The number of an event's id; the very start for a text that is none of ours."""
    return min(int(text), 2**62) if text is not None and text.isascii() and text.isdecimal() else 0


def told_of(event: AlertEvent, alert: Alert) -> dict[str, Any]:
    """What readers and webhooks are told of an event, as JSON has it: the alert as it stands, and what happened."""
    shown = {"alert_id", "kind", "subject", "state", "assignee", "score", "hits", "title", "owner", "version"}
    told: dict[str, Any] = _JSON.dump_python(
        {
            **{name: value for name, value in vars(alert).items() if name in shown},
            "at": event.at,
            "by": event.by,
            "details": event.details,
        },
        mode="json",
    )
    return told
