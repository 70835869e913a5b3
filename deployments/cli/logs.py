"""`aiflows logs`."""

import json
import logging
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deployments.cli.exit_codes import interruptible
from deployments.cli.output import write
from deployments.cli.session import AsJson, RunId, session_of

if TYPE_CHECKING:
    from deployments.client import Client


def logs(
    context: typer.Context,
    run: RunId,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with new lines until the run ends.")] = False,
    as_json: AsJson = False,
) -> None:
    """Print a run's log, the oldest line first; with --json an object a line."""
    session = session_of(context, as_json=as_json)
    with session.client() as client, interruptible(run):
        for record in _followed(client, run) if follow else client.logs(run):
            write(json.dumps(record, ensure_ascii=False) if session.as_json else _line(record))


def _followed(client: "Client", run: RunId) -> Iterator[dict[str, Any]]:
    return (event.data for event in client.watch(run, logs=True) if event.kind == "log")


def _line(record: dict[str, Any]) -> str:
    moment = datetime.fromisoformat(record["timestamp"]).astimezone()
    return f"{moment:%H:%M:%S.%f}"[:-3] + f"  {logging.getLevelName(record['level']):<8}  {record['message']}"
