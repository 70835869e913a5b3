"""A built application as the demo shows it."""

from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text


def application(result: dict[str, Any]) -> RenderableType:
    """What was asked for, and what each part was seen to do."""
    if result["project"] is None:
        obstacles = [*result["questions"], *(violation["message"] for violation in result["violations"])]
        return Text("\n".join(obstacles), style="red")
    specification = result["specification"]
    stack, kept = specification["stack"], ", ".join(entity["label_plural"] for entity in specification["entities"])
    return Group(
        Text(f"{specification['title']}: {result['request']['description']}", style="bold"),
        Text(f"{stack['backend']}, {stack['pattern']}; keeps {kept}; {result['files']} files"),
        *(_proof(part, proof) for part, proof in result["proof"].items() if proof["checks"]),
    )


def _proof(part: str, proof: dict[str, Any]) -> RenderableType:
    table = Table.grid(padding=(0, 1))
    table.add_row(Text(f"{part} {proof['rank']}", style="green" if proof["rank"] != "failed" else "red"), "")
    for check in proof["checks"]:
        mark = "passed" if check["passed"] else "failed"
        told = check["told"].splitlines()[0] if check["told"] else ""
        table.add_row(Text(mark, style="dim"), Text(f"{check['name']}  {told}".rstrip(), overflow="fold"))
    return table
