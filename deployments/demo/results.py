"""The demo's results as a person reads them at a glance."""

from pathlib import Path
from typing import Any

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from blocks.settings import get_settings
from deployments.demo.application import application
from deployments.demo.forecast import forecast
from deployments.demo.fraud import fraud
from deployments.demo.pictures import pictures
from deployments.demo.video import video

_LISTED = 4  # files of a result that are named; the others lie in the same folder


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


def _made(result: dict[str, Any], run_url: str) -> RenderableType:
    table = Table.grid(padding=(0, 1))
    assets = result["assets"]
    for asset in assets[:_LISTED]:
        table.add_row(Text("file", style="dim"), Text(_place(asset), overflow="fold"))
    if len(assets) > _LISTED:
        table.add_row("", Text(f"and {len(assets) - _LISTED} more beside it", style="dim"))
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


TITLES = {
    "crypto_prediction": "Price forecast",
    "fraud_detection": "Fraud analysis",
    "image_generation": "Pictures",
    "video_generation": "Video",
    "application_factory": "Application",
}
RENDERERS = {
    "crypto_prediction": forecast,
    "fraud_detection": fraud,
    "image_generation": pictures,
    "video_generation": video,
    "application_factory": application,
}
