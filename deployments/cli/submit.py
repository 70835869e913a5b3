"""`aiflows submit`: ask for a run."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deployments.cli.exit_codes import NOT_COMPLETED, code_of, interruptible
from deployments.cli.output import say, write, write_json
from deployments.cli.pretty import write_pretty
from deployments.cli.request_body import read_request
from deployments.cli.session import AsJson, session_of

if TYPE_CHECKING:
    from deployments.client import Client, Run


class Priority(StrEnum):
    """Queues of a run."""

    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


def submit(
    context: typer.Context,
    flow: Annotated[str, typer.Argument(help="Name of a flow, as `aiflows flows` lists it.", show_default=False)],
    param: Annotated[
        list[str] | None,
        typer.Option("--param", "-p", metavar="KEY=VALUE", help="A field of the request: JSON, or text. May repeat."),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option("--file", "-f", help="The request as a JSON file, - for standard input; --param goes over it."),
    ] = None,
    priority: Annotated[Priority, typer.Option(help="Which queue the run waits in.")] = Priority.NORMAL,
    wait: Annotated[
        float | None, typer.Option(min=0, metavar="SECONDS", help="Wait so long for the result, and print it.")
    ] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Follow the run to its end, and print its result.")] = False,
    callback: Annotated[str | None, typer.Option(metavar="URL", help="Address that is told of the run's end.")] = None,
    idempotency_key: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Makes a repeat of this command find the same run.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Ask for a run. Prints its id; with --wait or --watch, its result as well."""
    from deployments.cli.following import follow  # noqa: PLC0415 - `aiflows --help` starts without HTTP

    if wait is not None and watch:
        raise typer.BadParameter("--watch waits to the end by itself; leave --wait out", param_hint="--wait")
    request = read_request(file, param or ())
    session = session_of(context, as_json=as_json)
    with session.client() as client:
        run = client.submit(flow, request, priority=priority.value, callback=callback, idempotency_key=idempotency_key)
        if wait is None and not watch:
            _announce(run, as_json=session.as_json)
            return
        say(f"run {run.run_id}  {run.links.ui}")
        with interruptible(run.run_id):
            run = follow(client, run.run_id, to_stderr=True) if watch else client.wait(run.run_id, wait or 0)
        _conclude(client, run, as_json=session.as_json)


def _announce(run: "Run", *, as_json: bool) -> None:
    if as_json:
        write_json(run.model_dump(mode="json", include={"run_id", "capability", "state", "links"}))
        return
    write(str(run.run_id))
    say(f"{run.state}; follow it with `aiflows watch {run.run_id}` or at {run.links.ui}")


def _conclude(client: "Client", run: "Run", *, as_json: bool) -> None:
    if not run.is_final:
        say(f"The run is {run.state} still and goes on: `aiflows watch {run.run_id}` follows it.")
        raise typer.Exit(NOT_COMPLETED)
    if run.state == "Completed":
        made = client.result(run.run_id)
        write_json(made) if as_json else write_pretty(made)
    if code := code_of(run):
        say(f"{run.state_name or run.state}: {run.message or 'no reason given'}")
        raise typer.Exit(code)
