"""Text out of HTML that strangers wrote: no tag, script or style gets through."""

import re
from html import unescape
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urlsplit

from blocks.social.post import LONGEST_TEXT

_SILENT: Final = frozenset({"script", "style", "template", "noscript", "iframe", "object", "svg", "math"})
_BREAKS: Final = frozenset({"p", "br", "div", "li", "tr", "h1", "h2", "h3", "h4", "blockquote"})
_LONGEST_ADDRESS: Final = 2_000
_BLANKS: Final = re.compile(r"[ \t\r\f\v]+")
_LINES: Final = re.compile(r"\s*\n\s*")
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class _Text(HTMLParser):
    """Collects what a reader would see."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - HTMLParser's signature
        if tag in _SILENT:
            self._silent += 1
        elif tag in _BREAKS:
            self.pieces.append("\n")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - as above
        if tag in _BREAKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _BREAKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.pieces.append(data)


def text_of(markup: str) -> str:
    """What a reader would see of some HTML, in lines; plain text passes through. At most `LONGEST_TEXT` characters."""
    parser = _Text()
    parser.feed(markup[: 20 * LONGEST_TEXT])
    parser.close()
    return tidy("".join(parser.pieces))


def tidy(text: str) -> str:
    """Plain text with entities resolved, blanks and empty lines folded, control characters gone, and cut to length."""
    text = _CONTROLS.sub("", unescape(text[: 20 * LONGEST_TEXT]))
    return _LINES.sub("\n", _BLANKS.sub(" ", text)).strip()[:LONGEST_TEXT]


def safe_address(url: object) -> str | None:
    """`url` where it is an http(s) address that can stand in a page, else None: no javascript:, no data:, no blanks."""
    if not isinstance(url, str) or len(url) > _LONGEST_ADDRESS or not url.isascii() or not url.isprintable():
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc or port == 0:
        return None
    return None if any(mark in url for mark in " <>\"'`\\") else url
