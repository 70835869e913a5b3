"""The demo's results as a person reads them at a glance."""

from pathlib import Path
from typing import Any

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from blocks.settings import get_settings


def render(capability: str, result: dict[str, Any], run_url: str) -> RenderableType:
    """One panel a capability: the answer first, then what it made and where to look."""
    body = RENDERERS[capability](result)
    return _panel(TITLES[capability], body, _made(result, run_url))


def render_case(found: dict[str, Any]) -> RenderableType:
    """The verdict in real time, its alert, and where its page is."""
    verdict, run = found["verdict"], found["run"]
    case = run.get("result")
    made = _made({**case, "rows": []}, run["links"]["ui"]) if case else Text(run["links"]["ui"], style="underline")
    said = f"{verdict['transaction_id']}: {verdict['decision']} in {verdict['latency_ms']:.0f} ms"
    return _panel("The same payment as it happens", Text(f"{said}; alert {found['alert_id']}", style="bold"), made)


def _panel(title: str, *body: RenderableType) -> Panel:
    return Panel(Group(*body), title=title, title_align="left", border_style="cyan")


def _forecast(result: dict[str, Any]) -> RenderableType:
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


def _fraud(result: dict[str, Any]) -> RenderableType:
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


def _made(result: dict[str, Any], run_url: str) -> RenderableType:
    table = Table.grid(padding=(0, 1))
    for asset in result["assets"]:
        table.add_row(Text("file", style="dim"), Text(_place(asset), overflow="fold"))
    for rows in result["rows"]:
        table.add_row(
            Text("rows", style="dim"), Text(f"{rows['count']} in {rows['table']} ({rows['uri']})", overflow="fold")
        )
    for warning in result["warnings"]:
        table.add_row(Text("note", style="dim"), Text(warning, style="yellow"))
    table.add_row(Text("run", style="dim"), Text(run_url, style="underline"))
    return table


def _place(asset: dict[str, Any]) -> str:
    """Where a person finds the file: its path in a local store, which stays when the stack stops."""
    scheme, _, path = asset["uri"].partition("://")
    if scheme != "asset":
        return str(asset["url"])
    file = get_settings().home / "assets" / path
    return str(file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file)


TITLES = {"crypto_prediction": "Price forecast", "fraud_detection": "Fraud analysis"}
RENDERERS = {"crypto_prediction": _forecast, "fraud_detection": _fraud}
