"""The size that a hosted model is asked for in place of one that it can't draw.

Limits of https://developers.openai.com/api/docs/guides/image-generation (size and quality options).
"""

from math import sqrt
from typing import Final

FIXED: Final = ((1024, 1024), (1536, 1024), (1024, 1536))
STEP: Final = 16
LONGEST: Final = 3840
WIDEST: Final = 3.0
FEWEST_PIXELS: Final = 655_360
MOST_PIXELS: Final = 3840 * 2160


def nearest_size(width: int, height: int, *, any_size: bool) -> tuple[int, int]:
    """The size nearest in shape, then in area, to `width` x `height` pixels, of those that a model takes."""
    wanted = min(max(width / height, 1 / WIDEST), WIDEST)
    if not any_size:
        return min(FIXED, key=lambda size: (_apart(size[0] / size[1], wanted), -size[0]))
    if _allowed(width, height):
        return width, height
    area = min(max(width * height, FEWEST_PIXELS), MOST_PIXELS)
    across = min(sqrt(area * wanted), LONGEST, LONGEST * wanted)
    near = [(w, h) for w in _around(across) for h in _around(across / wanted) if _allowed(w, h)]
    return min(near, key=lambda size: (round(_apart(size[0] / size[1], wanted), 2), abs(size[0] * size[1] - area)))


def _allowed(width: int, height: int) -> bool:
    return (
        width % STEP == height % STEP == 0
        and max(width, height) <= LONGEST
        and max(width, height) <= WIDEST * min(width, height)
        and FEWEST_PIXELS <= width * height <= MOST_PIXELS
    )


def _around(length: float) -> list[int]:
    """Multiples of 16 within two steps of a length."""
    middle = round(length / STEP)
    return [STEP * count for count in range(max(1, middle - 2), middle + 3)]


def _apart(shape: float, wanted: float) -> float:
    return max(shape / wanted, wanted / shape)
