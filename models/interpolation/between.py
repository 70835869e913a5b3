"""A picture between two: both moved to its time, each where it is known and the more the nearer it is."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from models.interpolation.motion import Motion, Plane, sampled
from models.interpolation.splatting import splat

Light = NDArray[np.float32]

_BAND: Final = 1 << 19  # pixels made together: a picture of 8K has 400 MB
_REACH: Final = 3  # rows beyond a place that the bicubic filter sees, and one more


def between(first: Light, second: Light, motion: Motion, phase: float) -> Light:
    """The picture at `phase` of the way from the first (0) to the second (1), scene-linear as both are."""
    ways = (
        (first, *splat(motion.forth, motion.seen_first, phase), 1 - phase),
        (second, *splat(motion.back, motion.seen_second, 1 - phase), phase),
    )
    height, width = first.shape[:2]
    found = np.empty(first.shape, np.float32)
    rows = max(1, _BAND // width)
    for top in range(0, height, rows):
        y, x = np.indices((min(rows, height - top), width), np.float32)
        y += top
        total, weights = np.zeros((*x.shape, 3), np.float32), np.zeros(x.shape, np.float32)
        for light, way, known, nearness in ways:
            scale = np.array([width / known.shape[1], height / known.shape[0]], np.float32)
            small = (x + 0.5) / scale[0] - 0.5, (y + 0.5) / scale[1] - 0.5
            come = sampled(way, *small) * scale
            weight = np.float32(nearness) * sampled(known, *small)
            total += _there(light, x - come[..., 0], y - come[..., 1]) * weight[..., None]
            weights += weight
        found[top : top + rows] = total / weights[..., None]
    return found


def _there(light: Light, x: Plane, y: Plane) -> Light:
    """The light at these places, bicubic on its square root: on light itself, a lamp would have a dark ring."""
    last = len(light) - 1
    top, bottom = (int(np.clip(row, 0, last)) for row in (np.floor(y.min()) - _REACH, np.ceil(y.max()) + _REACH))
    root = np.sqrt(np.maximum(light[top : bottom + 1], 0))
    found = cv2.remap(root, x, y - np.float32(top), cv2.INTER_CUBIC, None, cv2.BORDER_REPLICATE)
    return np.asarray(np.square(np.maximum(found, 0)), np.float32)
