"""The pages as one manual: what HTML and PDF are made from."""

import posixpath
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token
from slugify import slugify

from factory_flows.architecture.architecture import Architecture
from factory_flows.generators.documentation.markdown.page import Page, pages
from factory_flows.generators.source_file import SourceFile
from factory_flows.specification.specification import Specification


@dataclass(frozen=True)
class Heading:
    """A heading of the manual; `anchor` is its only one, `level` 1 for a page's own."""

    anchor: str
    level: int
    text: str


@dataclass(frozen=True)
class Section:
    """A page as tokens.

    Attributes:
        headings: All of them; the first is the page's own.
        parts: Those that a table of contents lists below the page's own; none of a decision, as they are all alike.
    """

    headings: tuple[Heading, ...]
    parts: tuple[Heading, ...]
    tokens: tuple[Token, ...]


def parser() -> MarkdownIt:
    """CommonMark with tables; HTML within it is only text."""
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def manual(specification: Specification, architecture: Architecture, written: Sequence[SourceFile]) -> list[Section]:
    """Every page as a section, whose links lead to sections, or to files seen from `docs/`.

    Drawings are left out: they need a program that runs in the page, and the tables beside them say the same.

    Raises:
        ValueError: Nobody has put down yet how the specified backend is run.
    """
    found = list(pages(specification, architecture, written))
    return [_section(page, {page.path: _anchor(page.path) for page in found}) for page in found]


def _anchor(path: PurePosixPath) -> str:
    return slugify(path.stem)


def _section(page: Page, anchors: dict[PurePosixPath, str]) -> Section:
    tokens = [token for token in parser().parse(page.text) if (token.type, token.info) != ("fence", "mermaid")]
    tokens[1].children = [Token("text", "", 0, content=page.title)]  # the README's own is the manual's title
    for token in tokens:
        for link in token.children or []:
            if link.type == "link_open":
                link.attrs["href"] = _target(page.path, str(link.attrs["href"]), anchors)
    headings = tuple(_headings(tokens, anchors[page.path]))
    decides = page.path.parent.name == "decisions"
    parts = () if decides else tuple(heading for heading in headings if heading.level == 2)
    return Section(headings, parts, tuple(tokens))


def _target(path: PurePosixPath, link: str, anchors: dict[PurePosixPath, str]) -> str:
    if urlsplit(link).scheme:
        return link
    target = posixpath.normpath(posixpath.join(path.parent, link))
    anchor = anchors.get(PurePosixPath(target))
    return f"#{anchor}" if anchor else posixpath.relpath(target, "docs")


def _headings(tokens: list[Token], page: str) -> Iterator[Heading]:
    """The headings, whose anchors are written into their tokens; those that look alike are numbered."""
    taken: Counter[str] = Counter()
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            text = "".join(token.content for token in inline.children or [])
            level = int(opening.tag[1:])
            wanted = page if level == 1 else f"{page}--{slugify(text, max_length=60) or 'part'}"
            taken[wanted] += 1
            anchor = wanted if taken[wanted] == 1 else f"{wanted}--{taken[wanted]}"
            opening.attrs["id"] = anchor
            yield Heading(anchor, level, text)
