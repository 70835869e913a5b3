"""What an orchestration shows on its run page."""

from collections.abc import Mapping, Sequence

from prefect.artifacts import create_markdown_artifact
from prefect.settings import PREFECT_UI_URL

from tasks.orchestration.patience import patiently
from tasks.orchestration.schedule import Ended, Step

MARKS = {"completed": "✓", "skipped": "-"}


def show_summary(steps: Sequence[Step], ended: Mapping[str, Ended]) -> None:
    """One artifact: a table with a link to each child."""
    markdown = markdown_of(steps, ended)
    patiently(lambda: create_markdown_artifact(key="orchestration-summary", markdown=markdown))


def markdown_of(steps: Sequence[Step], ended: Mapping[str, Ended]) -> str:
    """A row a task: what it waited for, how it ended, and where to look."""
    lines = ["| task | flow | after | outcome | seconds | run |", "|---|---|---|---|---|---|"]
    for step in steps:
        found = ended[step.id]
        outcome = f"{MARKS.get(found.word, '✗')} {found.word}"
        if error := found.error:
            outcome += f": {_cell(error)}"
        seconds = f"{found.status.seconds:.1f}" if found.status and found.status.seconds is not None else ""
        after = ", ".join(sorted(step.needs))
        lines.append(f"| {step.id} | {step.deployment} | {after} | {outcome} | {seconds} | {_link(found)} |")
    return "\n".join(lines)


def _link(ended: Ended) -> str:
    run = ended.status.run_id if ended.status else None
    if not run:
        return ""
    ui = PREFECT_UI_URL.value()  # None for a private server, which has no UI
    return f"[{run[:8]}]({ui}/runs/flow-run/{run})" if ui else run[:8]


def _cell(text: str) -> str:
    """Text as code in one line, so that no markup that an error quotes takes effect."""
    return "`" + text.partition("\n")[0][:200].replace("`", "'").replace("|", "\\|") + "`"
