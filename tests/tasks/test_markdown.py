"""Text that came with the data stays text."""

import pytest
from markdown_it import MarkdownIt

from tasks.markdown import literal

pytestmark = pytest.mark.fraud

HOSTILE = (
    "terminal_17_b",
    "*a* _b_ `c` ~~d~~",
    "[l](javascript:x)",
    "<img src=x onerror=a>",
    "a|b",
    r"\*a\*",
    "&lt;b&gt;",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_shown_is_what_came(text: str) -> None:
    markdown = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    tokens = markdown.parse(f"| head |\n| --- |\n| {literal(text)} |")
    [cell] = [token for token in tokens if token.type == "inline" and token.content != "head"]
    assert {token.type for token in cell.children or []} <= {"text", "text_special"}
    assert "".join(token.content for token in cell.children or []) == text
