"""Diagrams as Mermaid text, which many readers of Markdown draw."""

import re
from collections.abc import Iterator
from typing import Final

from factory_flows.architecture.drawing.diagram import Diagram, Link

_ENDS: Final = {"1-1": ("|o", "||"), "n-1": ("}o", "||"), "n-n": ("}o", "o{")}


def flowchart(diagram: Diagram) -> str:
    """Boxes and arrows."""
    return "\n".join(_flowchart(diagram)) + "\n"


def entity_relationship(diagram: Diagram) -> str:
    """Entities with their fields; a crow's foot is "many", a circle "maybe none"."""
    return "\n".join(_entity_relationship(diagram)) + "\n"


def _flowchart(diagram: Diagram) -> Iterator[str]:
    yield "flowchart TD"
    for box in diagram.boxes:
        text = "<br/>".join(map(_quoted, (box.title, *box.lines)))
        yield f'    {_key(box.key)}["{text}"]'
    for link in diagram.links:
        yield f"    {_key(link.source)} --> {_key(link.target)}"


def _entity_relationship(diagram: Diagram) -> Iterator[str]:
    yield "erDiagram"
    for box in diagram.boxes:
        yield f'    {_key(box.key)}["{_quoted(box.title)}"] {{'
        yield from (f"        {line.removesuffix(' *')}" for line in box.lines)
        yield "    }"
    for link in diagram.links:
        yield f'    {_key(link.source)} {_line(link)} {_key(link.target)} : "{_quoted(link.label)}"'


def _line(link: Link) -> str:
    source, target = _ENDS[link.ends]
    if target == "||" and not link.required:
        target = "o|"
    return f"{source}--{target}"


def _key(name: str) -> str:
    return f"the_{name}"  # `end`, `graph` and `class` are words of Mermaid


def _quoted(text: str) -> str:
    """Letters and digits as they are; all else by its number, so that it is neither Mermaid nor HTML."""
    return re.sub(r"[^\w ,./:]", lambda match: f"#{ord(match.group())};", text)
