"""The page is well formed, leads to what is there, runs nothing, and shows people's words as they are."""

import posixpath
from html.parser import HTMLParser
from itertools import pairwise
from urllib.parse import unquote, urlsplit

import pytest

from factory_flows.generators.documentation import html
from factory_flows.generators.source_file import SourceFile
from factory_flows.specification.specification import Specification
from factory_flows.specification.technology import Documentation
from tests.factory_flows.models import layered, notes

pytestmark = pytest.mark.factory

EMPTY = {"meta", "hr", "br", "img", "link", "input"}


class Page(HTMLParser):
    """A page's tags and text; refuses tags that are not closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def values(self, attribute: str) -> list[str]:
        return [value for _, attributes in self.tags if (value := attributes.get(attribute)) is not None]


def page(specification: Specification, written: list[SourceFile]) -> Page:
    (file,) = html.generate(specification, layered(), written)
    assert str(file.path) == "docs/index.html"
    return Page(str(file.content))


def test_links_lead_somewhere(asked: Specification, asked_files: list[SourceFile]) -> None:
    shown = page(asked, asked_files)
    ids = shown.values("id")
    assert len(ids) == len(set(ids))
    there = {str(file.path) for file in asked_files}
    outside = 0
    for link in map(urlsplit, shown.values("href")):
        if link.path and not link.netloc:
            assert posixpath.normpath(posixpath.join("docs", unquote(link.path))) in there
            outside += 1
        elif not link.netloc:
            assert link.fragment in ids
    assert outside > 5
    assert set(shown.values("aria-labelledby")) <= set(ids)


def test_hostile_words_are_only_text(evil: Specification, evil_files: list[SourceFile]) -> None:
    shown = page(evil, evil_files)
    tags = {tag for tag, _ in shown.tags}
    assert tags.isdisjoint({"script", "img", "iframe", "link", "object", "form"})
    assert not any(name.startswith("on") for _, attributes in shown.tags for name in attributes)
    assert not any("javascript" in link for link in shown.values("href"))
    assert "<script>alert(1)</script> - [go](javascript:alert(1)) ``` #eval" in shown.text
    assert evil.title in shown.text
    assert "打开" in shown.text


def test_headings_are_in_order_and_tables_have_heads(asked: Specification, asked_files: list[SourceFile]) -> None:
    shown = page(asked, asked_files)
    body = next(number for number, (_, attributes) in enumerate(shown.tags) if attributes.get("id") == "manual")
    levels = [int(tag[1]) for tag, _ in shown.tags[body:] if tag in {"h1", "h2", "h3", "h4", "h5"}]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all(attributes.get("scope") == "col" for tag, attributes in shown.tags if tag == "th")
    assert all(attributes.get("aria-label") for _, attributes in shown.tags if attributes.get("role") == "region")
    assert "flowchart" not in shown.text


def test_nothing_where_html_is_not_asked_for() -> None:
    stack = notes().stack.model_copy(update={"documentation": (Documentation.MARKDOWN,)})
    assert list(html.generate(notes().model_copy(update={"stack": stack}), layered(), [])) == []
