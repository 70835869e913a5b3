"""Text that came with the data, for a page in the Prefect UI."""

import re
from typing import Final

_MARKS: Final = re.compile(r"[\\`*_\[\]|~]")


def literal(text: str) -> str:
    """Text that Markdown and HTML leave alone: what is shown is what came.

    Prefect's UI shows numeric entities such as `&#95;` as they stand, so marks are escaped as Markdown does it.
    """
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MARKS.sub(r"\\\g<0>", safe)
