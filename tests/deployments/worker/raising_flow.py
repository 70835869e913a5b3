"""A flow that raises alerts and loses its process on the way, the first time that it runs."""

import os
import signal
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from prefect import flow
from sqlalchemy import Connection, Engine, event

from blocks.alert_store import AlertSignal
from tasks.alerts import raise_signals


@flow(persist_result=False)
def raise_and_die(moment: str, marker: str, subjects: int) -> None:
    """Dies half-way through the alerts, just before they are committed, or just after."""
    again = Path(marker).exists()
    Path(marker).touch()
    if not again:
        _die_at(moment, subjects // 2)
    at = datetime(2026, 6, 29, 12, tzinfo=UTC)
    raise_signals(
        AlertSignal("transaction", f"t{n}", f"customer {n % subjects}", "looks wrong", 0.9, at, {"reasons": ["x"]})
        for n in range(2 * subjects)
    )
    if moment == "after the commit" and not again:
        _die()


def _die_at(moment: str, subject: int) -> None:
    """Half-way: the sources of a subject are noted, its alert is not there, nothing is committed."""
    written = 0

    def count(_c: Connection, _u: Any, statement: str, *_rest: Any) -> None:
        nonlocal written
        written += statement.startswith("INSERT INTO fraud_alert_sources")
        if moment == "half-way" and written == subject:
            _die()

    def commit(_connection: Connection) -> None:
        if moment == "before the commit" and written:
            _die()

    event.listen(Engine, "after_cursor_execute", count)
    event.listen(Engine, "commit", commit)


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
