"""What an orchestration shows on its run page."""

from collections.abc import Mapping, Sequence

from prefect.artifacts import create_markdown_artifact
from prefect.settings import PREFECT_UI_URL

from tasks.orchestration.schedule import Ended, Step

MARKS = {"completed": "✓", "skipped": "-"}


def show_summary(steps: Sequence[Step], ended: Mapping[str, Ended]) -> None:
    """One artifact: a table with a link to each child, and the order they ran in as a graph."""
    create_markdown_artifact(key="orchestration-summary", markdown=f"{_table(steps, ended)}\n\n{_graph(steps, ended)}")


def state_name(ended: Ended) -> str:
    """How a step ended, in one word."""
    return ended.status.state.value if ended.status else "skipped"


def error_of(ended: Ended) -> str | None:
    """Why a step did not complete; None where it did."""
    if ended.status is None:
        return ended.reason
    return None if state_name(ended) == "completed" else ended.status.message or ended.status.state.value


def _table(steps: Sequence[Step], ended: Mapping[str, Ended]) -> str:
    lines = ["| task | flow | outcome | seconds | run |", "|---|---|---|---|---|"]
    for step in steps:
        found = ended[step.id]
        outcome = f"{MARKS.get(state_name(found), '✗')} {state_name(found)}"
        if error := error_of(found):
            outcome += f": {_cell(error)}"
        seconds = f"{found.status.seconds:.1f}" if found.status and found.status.seconds is not None else ""
        lines.append(f"| {step.id} | {step.deployment} | {outcome} | {seconds} | {_link(found)} |")
    return "\n".join(lines)


def _graph(steps: Sequence[Step], ended: Mapping[str, Ended]) -> str:
    # Ids are slugs, but the word "end" would end a Mermaid graph: number the nodes instead.
    number = {step.id: index for index, step in enumerate(steps)}
    lines = ["```mermaid", "graph LR"]
    lines += [f'  n{number[step.id]}["{step.id}: {state_name(ended[step.id])}"]' for step in steps]
    lines += [f"  n{number[need]} --> n{number[step.id]}" for step in steps for need in sorted(step.needs)]
    return "\n".join([*lines, "```"])


def _link(ended: Ended) -> str:
    run = ended.status.run_id if ended.status else None
    return f"[{run[:8]}]({PREFECT_UI_URL.value()}/runs/flow-run/{run})" if run else ""


def _cell(text: str) -> str:
    return text.partition("\n")[0][:200].replace("|", "\\|").replace("<", "&lt;")
