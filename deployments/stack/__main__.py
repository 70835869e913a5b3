"""`python -m deployments.stack up | down | status`: what `make up`, `make down` and `make status` call."""

import typer
from rich.console import Console
from rich.table import Table

from deployments.stack.errors import StackError
from deployments.stack.layout import Layout, RunningStack
from deployments.stack.stop import stop
from deployments.stack.supervisor import Supervisor

app = typer.Typer(help="The local stack: PostgreSQL, Prefect server, workers and gateway.", add_completion=False)
console = Console()


@app.command()
def up() -> None:
    """Start the stack and leave it running."""
    from deployments.stack.start import start  # noqa: PLC0415 - `down` and `status` do without what it imports

    layout = Layout()
    try:
        with console.status("starting") as progress:
            stack = start(layout, progress.update)
    except StackError as error:
        raise _failed(error) from None
    console.print(f"[green]up[/]  gateway {stack.gateway_url} (docs: {stack.gateway_url}/docs)")
    console.print(f"    Prefect UI {stack.prefect_ui_url}")
    console.print(f"    logs {layout.logs}   stop with `make down`")


@app.command()
def down() -> None:
    """Stop the stack; runs in progress get 30 seconds to finish, the rest are resumed by the next `make up`."""
    try:
        with console.status("stopping: workers finish what they run"):
            was_up = stop(Layout())
    except StackError as error:
        raise _failed(error) from None
    console.print("down" if was_up else "This stack was not up.")


@app.command()
def status() -> None:
    """Show each program; ends with 1 when the stack is not up or a program is not running."""
    layout = Layout()
    supervisor = Supervisor(layout)
    if not supervisor.is_running:
        console.print("This stack is not up. Start it with `make up`.")
        raise typer.Exit(1)
    table = Table(box=None, pad_edge=False)
    for heading in ("program", "state", "pid", "up for", "log"):
        table.add_column(heading)
    listed = supervisor.status()
    for program in listed:
        healthy = program.state == "RUNNING"
        table.add_row(
            program.name,
            f"[{'green' if healthy else 'red'}]{program.state.lower()}[/]",
            str(program.pid or ""),
            f"{program.uptime_seconds // 60} min" if healthy else program.description,
            supervisor.log(program.name),
        )
    console.print(table)
    if stack := RunningStack.read(layout):
        console.print(f"gateway {stack.gateway_url}   Prefect UI {stack.prefect_ui_url}")
    if any(program.state != "RUNNING" for program in listed):
        raise typer.Exit(1)


def _failed(error: StackError) -> typer.Exit:
    console.print(f"[red]{error}[/]", highlight=False, soft_wrap=True)
    return typer.Exit(1)


if __name__ == "__main__":
    app()
