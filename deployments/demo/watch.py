"""Live progress of an orchestration and its children, as the gateway tells it."""

import time
from datetime import datetime
from typing import Any

import httpx
from rich.console import Console
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

COLOURS = {"Completed": "green", "Failed": "red", "Crashed": "red", "Cancelled": "yellow", "Running": "cyan"}


class Watch:
    """Follows one run and the runs that it started."""

    def __init__(self, gateway: httpx.Client, run_id: str) -> None:
        self._gateway = gateway
        self._run_id = run_id
        self._began = time.monotonic()

    def until_final(self, console: Console, seconds: float) -> dict[str, Any]:
        """Show the runs until the parent has ended; its last state. Raises TimeoutError after `seconds`."""
        with Live(console=console, refresh_per_second=10, transient=False) as live:
            while True:
                parent, children = self._look()
                live.update(self._table(parent, children))
                if parent["is_final"]:
                    return parent
                if time.monotonic() - self._began > seconds:
                    raise TimeoutError(f"the run {self._run_id} had not ended after {seconds:.0f} s")
                time.sleep(0.2)

    def _look(self) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        parent = self._gateway.get(f"/api/v1/runs/{self._run_id}").raise_for_status().json()
        listed = self._gateway.get("/api/v1/runs", params={"parent": self._run_id}).raise_for_status().json()
        return parent, sorted(listed["runs"], key=lambda run: run["created"])

    def _table(self, parent: dict[str, Any], children: list[dict[str, Any]]) -> Table:
        table = Table.grid(padding=(0, 2))
        for depth, run in ((0, parent), *((1, child) for child in children)):
            state = Text(run["state_name"], style=COLOURS.get(run["state"], ""))
            mark = Text("●", style=COLOURS.get(run["state"], "")) if run["is_final"] else Spinner("dots")
            took = time.monotonic() - self._began if not run["is_final"] else _seconds(run)
            table.add_row(
                mark, Text("  " * depth + run["name"]), Text(run["flow"] or "", style="dim"), state, f"{took:4.1f} s"
            )
        return table


def _seconds(run: dict[str, Any]) -> float:
    if not run["started"] or not run["ended"]:
        return 0.0
    return (datetime.fromisoformat(run["ended"]) - datetime.fromisoformat(run["created"])).total_seconds()
