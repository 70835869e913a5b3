"""What an orchestration shows on its run page."""

from collections.abc import Mapping, Sequence

from prefect.artifacts import create_markdown_artifact
from prefect.settings import PREFECT_UI_URL

from tasks.orchestration.patience import patiently
from tasks.orchestration.schedule import Ended, Step

MARKS = {"completed": "✓", "skipped": "-"}
FAILED = "failed"
COLOURS = {"completed": "#9be7a8", "skipped": "#dddddd", FAILED: "#f4a6a6"}


def show_summary(steps: Sequence[Step], ended: Mapping[str, Ended]) -> None:
    """One artifact: a table with a link to each child, and the order they ran in as a graph."""
    markdown = f"{_table(steps, ended)}\n\n{_graph(steps, ended)}"
    patiently(lambda: create_markdown_artifact(key="orchestration-summary", markdown=markdown))


def _table(steps: Sequence[Step], ended: Mapping[str, Ended]) -> str:
    lines = ["| task | flow | outcome | seconds | run |", "|---|---|---|---|---|"]
    for step in steps:
        found = ended[step.id]
        outcome = f"{MARKS.get(found.word, '✗')} {found.word}"
        if error := found.error:
            outcome += f": {_cell(error)}"
        seconds = f"{found.status.seconds:.1f}" if found.status and found.status.seconds is not None else ""
        lines.append(f"| {step.id} | {step.deployment} | {outcome} | {seconds} | {_link(found)} |")
    return "\n".join(lines)


def _graph(steps: Sequence[Step], ended: Mapping[str, Ended]) -> str:
    # Ids are slugs, but the word "end" would end a Mermaid graph: number the nodes instead.
    number = {step.id: index for index, step in enumerate(steps)}
    lines = ["```mermaid", "graph LR"]
    for step in steps:
        word = ended[step.id].word
        lines.append(f'  n{number[step.id]}["{step.id}: {word}"]:::{word if word in COLOURS else FAILED}')
    lines += [f"  n{number[need]} --> n{number[step.id]}" for step in steps for need in sorted(step.needs)]
    lines += [f"  classDef {word} fill:{colour},color:#111" for word, colour in COLOURS.items()]
    return "\n".join([*lines, "```"])


def _link(ended: Ended) -> str:
    run = ended.status.run_id if ended.status else None
    if not run:
        return ""
    ui = PREFECT_UI_URL.value()  # None for a private server, which has no UI
    return f"[{run[:8]}]({ui}/runs/flow-run/{run})" if ui else run[:8]


def _cell(text: str) -> str:
    """Text as code in one line, so that no markup that an error quotes takes effect."""
    return "`" + text.partition("\n")[0][:200].replace("`", "'").replace("|", "\\|") + "`"
