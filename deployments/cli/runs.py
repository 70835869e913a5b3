"""`aiflows list` and `aiflows cancel`."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from deployments.cli.output import say, write, write_json, write_table
from deployments.cli.session import AsJson, session_of

if TYPE_CHECKING:
    from deployments.client import Run


class RunState(StrEnum):
    """States of a run."""

    SCHEDULED = "Scheduled"
    PENDING = "Pending"
    RUNNING = "Running"
    COMPLETED = "Completed"
    FAILED = "Failed"
    CANCELLED = "Cancelled"
    CRASHED = "Crashed"
    PAUSED = "Paused"
    CANCELLING = "Cancelling"


def list_runs(
    context: typer.Context,
    state: Annotated[RunState | None, typer.Option(case_sensitive=False, help="Only runs in this state.")] = None,
    capability: Annotated[str | None, typer.Option(help="Only runs of this capability, such as crypto.")] = None,
    parent: Annotated[UUID | None, typer.Option(help="Only runs that this orchestration started.")] = None,
    since: Annotated[
        datetime | None, typer.Option(help="Only runs due after this time (ours, unless it says another zone).")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many at most.")] = 20,
    as_json: AsJson = False,
) -> None:
    """List runs, the newest first."""
    session = session_of(context, as_json=as_json)
    with session.client() as client:
        found = client.runs(
            state=state and state.value,
            capability=capability,
            parent=parent,
            since=since and since.astimezone(),
            limit=limit,
        )
    if session.as_json:
        write_json([run.model_dump(mode="json", exclude={"result", "progress"}) for run in found])
        return
    rows = [(run.run_id, run.flow, run.state_name or run.state, run.name, run.created, seconds(run)) for run in found]
    write_table(("run", "flow", "state", "name", "created", "seconds"), rows)


def cancel(
    context: typer.Context,
    runs: Annotated[list[UUID], typer.Argument(metavar="RUN...", help="Ids of runs.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Stop runs, and first what they started. Prints the id of each that was asked to stop."""
    session = session_of(context, as_json=as_json)
    stopped: list[UUID] = []
    with session.client() as client:
        for run in runs:
            told = client.cancel(run)
            stopped += told
            if not session.as_json:
                for one in told:
                    write(str(one))
            if not told:
                say(f"{run} had ended already.")
    if session.as_json:
        write_json({"cancelled": stopped})


def seconds(run: "Run") -> str:
    """How long a run has run."""
    if run.started is None:
        return ""
    end = run.ended or datetime.now(run.started.tzinfo)
    return f"{(end - run.started).total_seconds():.1f}"
