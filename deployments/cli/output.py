"""Words and tables on a terminal; plain text where a pipe reads them."""

import json
import re
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import typer

COLOURS = {
    "Completed": "green",
    "Failed": "red",
    "Crashed": "red",
    "Cancelled": "yellow",
    "Cancelling": "yellow",
    "Running": "cyan",
}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def printable(text: str) -> str:
    """Text without the control characters by which a log line could take over a terminal."""
    return _CONTROL.sub("", text)


def say(text: str) -> None:
    """A line for whoever reads along, apart from the output itself."""
    typer.echo(printable(text), err=True)


def write(text: str) -> None:
    """A line of output."""
    typer.echo(printable(text))


def write_json(value: Any) -> None:
    """Output as JSON: one indented value, as it is read at a terminal and by programs alike."""
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False, default=str))


def write_table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Rows under a heading: aligned on a terminal, separated by tabs in a pipe."""
    texts = [[_cell(value) for value in row] for row in rows]
    if not sys.stdout.isatty():
        for row in [list(columns), *texts]:
            typer.echo("\t".join(cell.replace("\t", " ").replace("\n", " ") for cell in row))
        return
    from rich.box import SIMPLE_HEAD  # noqa: PLC0415 - slow to import, and for terminals alone
    from rich.console import Console  # noqa: PLC0415 - as above
    from rich.table import Table  # noqa: PLC0415 - as above
    from rich.text import Text  # noqa: PLC0415 - as above

    table = Table(*columns, box=SIMPLE_HEAD, show_edge=False)
    for row in texts:
        table.add_row(*(Text(cell, style=COLOURS.get(cell, "")) for cell in row))
    Console().print(table)


def _cell(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value.astimezone():%Y-%m-%d %H:%M:%S}"
    return "" if value is None else printable(str(value))
