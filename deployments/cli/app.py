"""The command line: what is said before the command, and the commands."""

import sys
from typing import Annotated

import typer

from deployments.cli import files, flows, fraud, keys, logs, result, runs, submit, watch
from deployments.cli.exit_codes import MEANINGS, ErrorsAsLines
from deployments.cli.session import Session

app = typer.Typer(
    name="aiflows",
    cls=ErrorsAsLines,
    help="Run AI flows through the gateway: submit them, watch them, fetch what they made.",
    epilog=MEANINGS,
    no_args_is_help=True,
    rich_markup_mode="rich" if sys.stdout.isatty() and sys.stderr.isatty() else None,  # boxes are for terminals
    pretty_exceptions_enable=False,
)


def _show_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version  # noqa: PLC0415 - slow to import, and seldom asked for

        typer.echo(version("ai-orchestration"))
        raise typer.Exit


@app.callback()
def begin(
    context: typer.Context,
    url: Annotated[
        str | None,
        typer.Option(
            envvar="AIFLOWS_URL", help="Address of the gateway. Unset: the local stack's.", show_default=False
        ),
    ] = None,
    patience: Annotated[float, typer.Option(min=0, help="Seconds to wait for a gateway that is away.")] = 5.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Run AI flows through the gateway. While it takes API keys, put yours into AIFLOWS_API_KEY."""
    context.obj = Session(url, patience, as_json)


for command in (
    submit.submit,
    watch.watch,
    result.result,
    files.download,
    files.upload,
    runs.cancel,
    runs.list_runs,
    flows.flows,
    logs.logs,
):
    app.command(name="list" if command is runs.list_runs else None)(command)
app.add_typer(keys.app, name="keys")
app.add_typer(fraud.app, name="fraud")
