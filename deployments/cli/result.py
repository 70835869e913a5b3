"""`aiflows result`: what a run made."""

import typer

from deployments.cli.output import write_json
from deployments.cli.pretty import write_pretty
from deployments.cli.session import AsJson, RunId, session_of


def result(context: typer.Context, run: RunId, as_json: AsJson = False) -> None:
    """Print what a run made."""
    session = session_of(context, as_json=as_json)
    with session.client() as client:
        made = client.result(run)
    write_json(made) if session.as_json else write_pretty(made)
