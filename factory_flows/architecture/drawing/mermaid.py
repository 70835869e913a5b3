"""Diagrams as Mermaid text, which many readers of Markdown draw."""

import re
from collections.abc import Iterator
from typing import Final

from factory_flows.architecture.drawing.diagram import Diagram, Link

_KEYS: Final = ("fk", "pk", "uk")  # after a type, Mermaid takes these for marks of a key
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
        yield f'    {_key(box.key)}["{_wide(box.title)}"] {{'
        yield from (f"        {_attribute(line)}" for line in box.lines)
        yield "    }"
    for link in diagram.links:
        yield f'    {_key(link.source)} {_line(link)} {_key(link.target)} : "{_wide(link.label)}"'


def _line(link: Link) -> str:
    source, target = _ENDS[link.ends]
    if target == "||" and not link.required:
        target = "o|"
    return f"{source}--{target}"


def _attribute(line: str) -> str:
    kind, name = line.removesuffix(" *").split()
    return f"{kind} _{name}" if name in _KEYS else f"{kind} {name}"


def _key(name: str) -> str:
    return f"the_{name}"  # `end`, `graph` and `class` are words of Mermaid


def _quoted(text: str) -> str:
    """Letters and digits as they are; all else by its number, so that it is neither Mermaid nor HTML."""
    return re.sub(r"[^\w ,./:]", lambda match: f"#{ord(match.group())};", text)


def _wide(text: str) -> str:
    """Punctuation in its full-width form, which is a letter to Mermaid: entities' names know no numbers."""
    return re.sub(r"[!-+;-@\[-`{-~]", lambda match: chr(ord(match.group()) + 0xFEE0), text)
