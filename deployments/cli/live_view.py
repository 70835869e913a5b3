"""How a run that is followed looks: a table that changes, or lines."""

from datetime import UTC, datetime
from typing import Any, Protocol, Self, TextIO

from rich.console import Console
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from deployments.cli.output import COLOURS, printable
from deployments.client import Run


class View(Protocol):
    """What is told of a run while it is followed."""

    def __enter__(self) -> Self: ...
    def __exit__(self, *_: object) -> None: ...
    def tick(self) -> None:
        """Time went by."""

    def show_state(self, state: dict[str, Any]) -> None:
        """The run is in another state."""

    def show_progress(self, percent: float) -> None:
        """The run got on."""

    def show_log(self, record: dict[str, Any]) -> None:
        """The run logged a line."""

    def show_children(self, runs: list[Run]) -> None:
        """How the runs stand that it started."""

    def show_end(self, run: Run) -> None:
        """The run has ended."""


class LineView:
    """A line for each thing that happens, for pipes and files."""

    def __init__(self, stream: TextIO, _run: Run) -> None:
        self._stream = stream
        self._children: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is open."""

    def tick(self) -> None:
        """Nothing shows the time."""

    def show_state(self, state: dict[str, Any]) -> None:
        """A line with the state and what it says."""
        self._write("state", state["name"], state["message"] or "")

    def show_progress(self, percent: float) -> None:
        """A line with the percent."""
        self._write("progress", f"{percent:g}%")

    def show_log(self, record: dict[str, Any]) -> None:
        """The line that was logged."""
        self._write("log", record["message"])

    def show_children(self, runs: list[Run]) -> None:
        """A line for each child whose state is another."""
        for run in runs:
            state = run.state_name or run.state
            if self._children.get(str(run.run_id)) != state:
                self._children[str(run.run_id)] = state
                self._write("child", run.name or "", state, str(run.run_id))

    def show_end(self, run: Run) -> None:
        """Nothing: the last state was a line."""

    def _write(self, *words: str) -> None:
        self._stream.write("  ".join(printable(word) for word in words if word) + "\n")
        self._stream.flush()


class LiveView:
    """A table of the run and its children, with a clock."""

    def __init__(self, stream: TextIO, run: Run) -> None:
        self._run = run
        self._state, self._message = run.state_name or run.state, run.message
        self._progress = run.progress
        self._children: list[Run] = []
        self._live = Live(console=Console(file=stream), refresh_per_second=8)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def tick(self) -> None:
        """Draw it again."""
        self._live.update(self._table())

    def show_state(self, state: dict[str, Any]) -> None:
        """Another state in the first row."""
        self._state, self._message = state["name"], state["message"]
        self.tick()

    def show_progress(self, percent: float) -> None:
        """Another percent in the first row."""
        self._progress = percent
        self.tick()

    def show_log(self, record: dict[str, Any]) -> None:
        """The line above the table."""
        self._live.console.print(Text(printable(record["message"]), style="dim"))

    def show_children(self, runs: list[Run]) -> None:
        """A row for each."""
        self._children = runs

    def show_end(self, run: Run) -> None:
        """The table as it stays."""
        self._run = run
        self._state, self._message, self._progress = run.state_name or run.state, run.message, run.progress
        self.tick()

    def _table(self) -> Table:
        table = Table.grid(padding=(0, 2))
        self._add(table, self._run, self._run.flow or "", self._state, self._progress)
        for run in self._children:
            self._add(table, run, f"  {run.name or run.flow}", run.state_name or run.state, run.progress)
        if self._message:
            table.add_row("", Text(printable(self._message), style="dim"))
        return table

    @staticmethod
    def _add(table: Table, run: Run, name: str, state: str, progress: float | None) -> None:
        colour = COLOURS.get(run.state, COLOURS.get(state, ""))
        mark = Text("●", style=colour) if run.is_final else Spinner("dots")
        percent = "" if progress is None else f"{progress:.0f}%"
        table.add_row(mark, Text(printable(name)), Text(state, style=colour), percent, _elapsed(run))


def _elapsed(run: Run) -> str:
    began = run.started or run.created
    return f"{((run.ended or datetime.now(UTC)) - began).total_seconds():.1f} s" if began else ""
