"""`aiflows watch`: follow a run."""

import json
from typing import Annotated

import typer

from deployments.cli.exit_codes import code_of, interruptible
from deployments.cli.output import write
from deployments.cli.session import AsJson, RunId, session_of


def watch(
    context: typer.Context,
    run: RunId,
    logs: Annotated[bool, typer.Option("--logs", help="Show the run's log as well.")] = False,
    as_json: AsJson = False,
) -> None:
    """Follow a run and those that it started, to its end. Ctrl-C leaves it going."""
    from deployments.cli.following import follow  # noqa: PLC0415 - `aiflows --help` starts without HTTP

    session = session_of(context, as_json=as_json)
    with session.client() as client, interruptible(run):
        if session.as_json:
            for event in client.watch(run, logs=logs):
                write(json.dumps({"kind": event.kind, **event.data}, ensure_ascii=False))
            ended = client.run(run)
        else:
            ended = follow(client, run, logs=logs)
    if code := code_of(ended):
        raise typer.Exit(code)
