"""What a command line says before its command, and the gateway that it is said to."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

if TYPE_CHECKING:
    from deployments.client import Client


@dataclass
class Session:
    """Where the gateway is, how long to wait for one that is away, and whether a script reads the output."""

    url: str | None = None
    patience: float = 5.0
    as_json: bool = False

    def client(self) -> "Client":
        """A client of the gateway; its API key is AIFLOWS_API_KEY's, never an argument, which other users can see."""
        from deployments.client import Client  # noqa: PLC0415 - `aiflows --help` starts without HTTP

        return Client(self.url, patience=self.patience)


def session_of(context: typer.Context, *, as_json: bool = False) -> Session:
    """The session of a command; `as_json` is what the command itself was told."""
    session: Session = context.find_root().obj
    session.as_json = session.as_json or as_json
    return session


AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for scripts, as `aiflows --json` does.")]
RunId = Annotated[UUID, typer.Argument(metavar="RUN", help="Id of a run.", show_default=False)]
