"""`python -m deployments.doctor`: look at everything, end with 1 when something is wrong."""

import sys

from rich.console import Console
from rich.table import Table

from deployments.doctor import machine
from deployments.doctor.finding import Finding, Verdict
from deployments.doctor.stack import stack

MARKS = {Verdict.FINE: "[green]ok[/]", Verdict.NOTE: "[yellow]note[/]", Verdict.WRONG: "[red]wrong[/]"}


def examine() -> list[Finding]:
    """Everything the doctor looks at, in the order in which it should be mended."""
    return [
        machine.interpreter(),
        machine.packages(),
        machine.memory(),
        machine.disk(),
        machine.gpu(),
        *machine.ports(),
        machine.network(),
        *machine.credentials(),
        *stack(),
    ]


def main() -> int:
    """Print the findings; 1 when one of them is wrong."""
    console = Console()
    with console.status("looking at this machine and the stack"):
        findings = examine()
    table = Table(box=None, pad_edge=False)
    for heading in ("", "what", "seen", "what to do"):
        table.add_column(heading, overflow="fold")
    for finding in findings:
        table.add_row(MARKS[finding.verdict], finding.subject, finding.seen, finding.remedy)
    console.print(table)
    return int(any(finding.verdict is Verdict.WRONG for finding in findings))


if __name__ == "__main__":
    sys.exit(main())
