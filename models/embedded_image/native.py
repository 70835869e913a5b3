"""The sizes that the embedded model draws by itself, before enlargement."""

from math import log
from typing import Final

NATIVE: Final = ((64, 64), (80, 48), (48, 80))


def native_size(width: int, height: int) -> tuple[int, int]:
    """The native width and height whose shape is nearest to the asked one's."""
    return min(NATIVE, key=lambda size: abs(log(size[0] / size[1]) - log(width / height)))
