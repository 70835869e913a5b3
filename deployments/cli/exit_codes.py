"""What a command's exit code says, and the line that goes with it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import UUID

import typer
from typer.core import TyperGroup

from deployments.cli.output import say
from deployments.cli.session import Session

if TYPE_CHECKING:
    from deployments.client import Run

NOT_COMPLETED = 1
USAGE = 2
AWAY = 3
REFUSED = 4
OTHER = 5
INTERRUPTED = 130

MEANINGS = (
    "Exit codes: 0 done; 1 the run, or a task of an orchestration, did not complete, or not in the time given; 2 the "
    "command line is wrong; 3 the gateway is away; 4 the gateway refuses the request; 5 anything else, such as a file "
    "that did not arrive whole; 130 interrupted."
)

INCOMPLETE_NAMES = {"Partial", "Unsuccessful"}
"""Completed states of an orchestration some or all of whose tasks did not complete."""


@contextmanager
def interruptible(run_id: UUID) -> Iterator[None]:
    """Ctrl-C in here leaves the run going, and says so."""
    try:
        yield
    except KeyboardInterrupt:
        say(f"\nThe run goes on. `aiflows watch {run_id}` follows it again, `aiflows cancel {run_id}` stops it.")
        raise typer.Exit(INTERRUPTED) from None


class ErrorsAsLines(TyperGroup):
    """Turns errors into a line on standard error (a JSON object with `--json`) and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise  # the reader of a pipe has what it wanted
        except Exception as error:
            code = _code_of_error(error)
            if code is None:
                raise
            as_json = isinstance(ctx.obj, Session) and ctx.obj.as_json
            text = json.dumps({"error": str(error), "exit_code": code}) if as_json else f"aiflows: {error}"
            typer.echo(text, err=True)
            raise typer.Exit(code) from None


def _code_of_error(error: Exception) -> int | None:
    """The exit code of an error that is no fault of this program."""
    from deployments.client import ClientError, GatewayAway, Refused, RunNotCompleted  # noqa: PLC0415 - `aiflows --help` starts without HTTP

    codes = {GatewayAway: AWAY, RunNotCompleted: NOT_COMPLETED, Refused: REFUSED, ClientError: OTHER, OSError: OTHER}
    return next((code for kind, code in codes.items() if isinstance(error, kind)), None)


def code_of(run: "Run") -> int:
    """0 for a run that completed with everything that it was to do."""
    return 0 if run.state == "Completed" and run.state_name not in INCOMPLETE_NAMES else NOT_COMPLETED
