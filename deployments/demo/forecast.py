"""A price forecast as the demo shows it."""

from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text


def forecast(result: dict[str, Any]) -> RenderableType:
    """The forecast at a few hours, its skill and where its data came from."""
    table = Table(box=None, pad_edge=False)
    for heading, align in (("hour", "left"), ("median", "right"), ("80 % within", "right"), ("95 % within", "right")):
        table.add_column(heading, justify="right" if align == "right" else "left")
    steps = result["forecast"]
    for step in (0, 5, 11, 23):
        if step < len(steps):
            point = steps[step]
            table.add_row(
                f"+{step + 1}",
                f"{point['median']:,.0f}",
                f"{point['lower_80']:,.0f} to {point['upper_80']:,.0f}",
                f"{point['lower_95']:,.0f} to {point['upper_95']:,.0f}",
            )
    skill = result["skill_vs_random_walk"]
    said = (
        f"{result['model']}; CRPS {100 * skill['crps']:+.1f} % against a random walk lately"
        if skill
        else result["model"]
    )
    return Group(
        Text(f"{result['symbol']} closed at {result['last_close']:,.2f}, issued {result['issued_at']}", style="bold"),
        table,
        Text(said + (f"; fallback: {result['fallback']}" if result["fallback"] else "")),
        Text(f"data: {result['data_source']}", style="yellow" if "sample" in result["data_source"] else ""),
    )
