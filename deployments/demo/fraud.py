"""A fraud analysis as the demo shows it."""

from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text


def fraud(result: dict[str, Any]) -> RenderableType:
    """The payments that were stopped, and why."""
    verdicts = result["verdicts"]
    flagged = [verdict for verdict in verdicts if verdict["decision"] != "approve"]
    table = Table(box=None, pad_edge=False)
    for heading in ("transaction", "decision", "probability", "why"):
        table.add_column(heading, overflow="fold")
    for verdict in sorted(flagged, key=lambda found: -found["score"])[:3]:
        why = "; ".join(reason["text"] for reason in verdict["reasons"][:2])
        table.add_row(verdict["transaction_id"], f"[red]{verdict['decision']}[/]", f"{verdict['score']:.0%}", why)
    return Group(
        Text(f"{len(verdicts)} payments judged, {len(flagged)} stopped", style="bold"),
        table,
    )
