"""Sizes of a video, by name or in pixels."""

import re
from typing import Final

SMALLEST, LARGEST = 64, 8192
NAMED: Final = {
    "360p": (640, 360),
    "480p": (854, 480),
    "720p": (1280, 720),
    "1080p": (1920, 1080),
    "1440p": (2560, 1440),
    "4K": (3840, 2160),
    "8K": (7680, 4320),
}
_SIZE: Final = re.compile(r"(\d{2,4})\s*[xX×]\s*(\d{2,4})")  # noqa: RUF001 - people write the sign


def size_of(resolution: str) -> tuple[int, int]:
    """Width and height in pixels of "8K", "720p" or "640x360".

    Raises:
        ValueError: It is neither, or no such video can be written.
    """
    named = {name.lower(): size for name, size in NAMED.items()}.get(resolution.strip().lower())
    if named:
        return named
    found = _SIZE.fullmatch(resolution.strip())
    if not found:
        raise ValueError(f'give {", ".join(NAMED)}, or width x height in pixels, such as "640x360"')
    width, height = int(found[1]), int(found[2])
    for side in (width, height):
        if not SMALLEST <= side <= LARGEST or side % 2:
            near = min(max(round(side / 2) * 2, SMALLEST), LARGEST)
            raise ValueError(f"a side has an even number of {SMALLEST} to {LARGEST} pixels: {near} in place of {side}")
    return width, height
