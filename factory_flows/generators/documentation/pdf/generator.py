"""Writes the documents as a PDF."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, Final

import typst
from markdown_it.tree import SyntaxTreeNode

from factory_flows.architecture.architecture import Architecture
from factory_flows.generators.documentation.manual import manual
from factory_flows.generators.source_file import SourceFile
from factory_flows.specification.specification import Specification
from factory_flows.specification.technology import Documentation

_MANUAL: Final = Path(__file__).parent / "manual.typ"
_FIRST_BEYOND: Final = "\u0530"  # what comes with typst has Latin, Greek and Cyrillic
_SYMBOLS: Final = range(0x2000, 0x2C00)


def generate(
    specification: Specification, architecture: Architecture, written: Sequence[SourceFile]
) -> Iterator[SourceFile]:
    """`docs/manual.pdf`; nothing unless the specification asks for a PDF.

    Its bytes are the same everywhere as long as all text is Latin, Greek or Cyrillic; other scripts are set with fonts
    of the machine.

    Args:
        written: The files of all other parts; what the documents tell of is found in them.

    Raises:
        ValueError: Nobody has put down yet how the specified backend is run.
    """
    if Documentation.PDF not in specification.stack.documentation:
        return
    sections = manual(specification, architecture, written)
    data = {
        "title": specification.title,
        "pages": [_node(SyntaxTreeNode(list(section.tokens))) for section in sections],
        "contents": [heading.anchor for section in sections for heading in (section.headings[0], *section.parts)],
    }
    yield SourceFile(path=PurePosixPath("docs/manual.pdf"), content=_typeset(json.dumps(data, ensure_ascii=False)))


def _typeset(data: str) -> bytes:
    """The PDF. The text goes in as data that the typesetter reads: none of it is ever code."""
    beyond = any(character >= _FIRST_BEYOND and ord(character) not in _SYMBOLS for character in data)
    content = typst.compile(
        str(_MANUAL), format="pdf", sys_inputs={"manual": data}, ignore_system_fonts=not beyond, timestamp=0
    )
    if not isinstance(content, bytes):
        raise TypeError(f"a PDF is bytes, and the typesetter gave {type(content).__name__}")
    return content


def _node(node: SyntaxTreeNode) -> dict[str, Any]:
    """A node with what the template shows of it."""
    found: dict[str, Any] = {"type": node.type, "children": [_node(child) for child in node.children]}
    if node.is_root:
        return found
    if not node.children:
        found["text"] = node.content
    if node.type == "fence":
        found["language"] = node.info
    if node.type == "heading":
        found |= {"level": int(node.tag[1:]), "anchor": node.attrs["id"]}
    if node.type == "link":
        found["to"] = node.attrs["href"]
    return found
