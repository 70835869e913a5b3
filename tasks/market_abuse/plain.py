"""Text that came with the data, made harmless for a page or a spreadsheet."""

from typing import Final

from tasks.markdown import literal

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")  # noqa: RUF001 - the wide forms are meant


def plain(text: str) -> str:
    """Text that Markdown and HTML leave alone, and that no spreadsheet takes for a formula."""
    text = literal(text)
    return f"'{text}" if text.lstrip().startswith(FORMULA) else text


def drawable(text: str, most: int = 28) -> str:
    """Text as the picture's font has it, shortened in the middle, where addresses differ least."""
    shown = "".join(character if ord(character) < 0x2E80 else "□" for character in text)
    return shown if len(shown) <= most else f"{shown[: most - 6]}…{shown[-5:]}"
