"""Writes the documents as one page that needs no network and no script."""

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Final

from markdown_it.token import Token

from factory_flows.architecture.architecture import Architecture
from factory_flows.generators.documentation.manual import Section, manual, parser
from factory_flows.generators.source_file import SourceFile
from factory_flows.generators.templates import Templates
from factory_flows.specification.specification import Specification
from factory_flows.specification.technology import Documentation

_TEMPLATES: Final = Templates(Path(__file__).parent / "templates")


def generate(
    specification: Specification, architecture: Architecture, written: Sequence[SourceFile]
) -> Iterator[SourceFile]:
    """`docs/index.html`; nothing unless the specification asks for HTML.

    Args:
        written: The files of all other parts; what the documents tell of is found in them.

    Raises:
        ValueError: Nobody has put down yet how the specified backend is run.
    """
    if Documentation.HTML not in specification.stack.documentation:
        return
    sections = manual(specification, architecture, written)
    text = _TEMPLATES.render(
        "index.html.jinja", title=specification.title, sections=[(each, _body(each)) for each in sections]
    )
    yield SourceFile(path=PurePosixPath("docs/index.html"), content=text)


def _body(section: Section) -> str:
    """A section's HTML, its headings one level down as the page has a title of its own."""
    tokens = list(section.tokens)
    heading = ""
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{int(token.tag[1:]) + 1}"
            heading = next((each.text for each in section.headings if each.anchor == token.attrs.get("id")), heading)
        elif token.type == "table_open":
            token.attrs["aria-label"] = heading
        elif token.type == "th_open":
            token.attrs["scope"] = "col"
    markdown = parser()
    return str(markdown.renderer.render(_scrolling(tokens), markdown.options, {}))


def _scrolling(tokens: list[Token]) -> list[Token]:
    """Tables and code in frames that scroll by themselves, with the keyboard, too."""
    framed: list[Token] = []
    for token in tokens:
        if token.type == "table_open":
            attributes: dict[str, str | int | float] = {
                "class": "wide",
                "role": "region",
                "tabindex": 0,
                "aria-label": f"Table: {token.attrs['aria-label']}",
            }
            framed += [Token("div_open", "div", 1, attrs=attributes, block=True), token]
        elif token.type == "table_close":
            framed += [token, Token("div_close", "div", -1, block=True)]
        else:
            framed.append(token)
    return framed
