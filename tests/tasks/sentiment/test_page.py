"""Strangers' texts on a page: shown, never followed or run."""

import pytest
from markdown_it import MarkdownIt

from tasks.sentiment.page import linked, plain

pytestmark = pytest.mark.crypto
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![x](https://spy.example/pixel.png)",
    "[click](javascript:alert(1))",
    "a | b | c",
    "**bold** _it_ `code` ~~no~~ # head",
    "&lt;b&gt; &#60;b&#62;",
    "https://spy.example/auto",
    "line\n\n# heading\n- item",
    "$$\\frac{1}{2}$$ \\( x \\)",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_shows_the_text_as_it_is(text: str) -> None:
    page = MarkdownIt("commonmark", {"linkify": False}).enable("table").render(f"| a |\n|---|\n| {plain(text)} |\n")

    for tag in ("<script", "<img", "<a ", "<b>", "<strong", "<em", "<code", "<h1", "<li", "<del"):
        assert tag not in page
    assert page.count("<td>") == 1


def test_a_link_leads_where_it_says_and_nowhere_else() -> None:
    page = MarkdownIt("commonmark").render(linked("a](https://evil.example) b", "https://news.example/a?b=(c)|d&e=1"))

    assert page.count("<a ") == 1
    assert 'href="https://news.example/a?b=(c)%7Cd&amp;e=1"' in page
    assert linked("words", None) == "words"
