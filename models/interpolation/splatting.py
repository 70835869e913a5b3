"""Motion taken along to where the pixels are at a time in between.

Flow tells where pixels of a picture go; a picture in between needs where its own pixels come from. Where several
arrive, those count that the other picture shows too, as what it shows is not covered. This is softmax splatting
(Niklaus and Liu 2020, arXiv 2003.05534), of the motion in place of the colours, which so stay sharp.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from models.interpolation.flow import Flow
from models.interpolation.motion import Plane, moved

_COVERED: Final = 0.01  # what a pixel counts that the other picture does not show
_HOLE: Final = 1e-4  # what the surroundings of a hole count
_SURROUNDINGS: Final = 1 / 16  # of the shorter side


def splat(flow: Flow, seen: Plane, phase: float) -> tuple[Flow, Plane]:
    """The way that each pixel has come at that time, and how well that is known: 1, less if covered, almost 0 in holes.

    Args:
        flow: From the picture, to a whole step away.
        seen: How far the picture at the other end shows each pixel too.
        phase: How far on the way, 0 to 1.
    """
    way = flow * np.float32(phase)
    weight, right, down = _sums(way, np.maximum(seen, _COVERED))
    side = 2 * round(min(seen.shape) * _SURROUNDINGS / 2) + 1
    around, right_around, down_around = (cv2.blur(each, (side, side)) for each in (weight, right, down))
    known = weight + np.float32(_HOLE) * (around + np.float32(_HOLE))
    come = np.stack((right + np.float32(_HOLE) * right_around, down + np.float32(_HOLE) * down_around), -1)
    return np.asarray(come / known[..., None], np.float32), np.minimum(weight, 1) + np.float32(_HOLE**2)


def _sums(way: Flow, strength: Plane) -> list[Plane]:
    """What arrives at each pixel: strength, and strength times way to the right and down."""
    height, width = strength.shape
    x, y = moved(way)
    left, top = np.floor(x), np.floor(y)
    sums = np.zeros((3, height * width))
    for right in (False, True):
        for low in (False, True):
            column, row = (left + right).astype(np.int64), (top + low).astype(np.int64)
            share = np.abs(x - left - (not right)) * np.abs(y - top - (not low)) * strength
            inside = (column >= 0) & (column < width) & (row >= 0) & (row < height)
            place, part = (row * width + column)[inside], share[inside]
            for number, value in enumerate((part, part * way[inside, 0], part * way[inside, 1])):
                sums[number] += np.bincount(place, value, height * width)
    planes: NDArray[np.float32] = sums.reshape(3, height, width).astype(np.float32)
    return list(planes)
