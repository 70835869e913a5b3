"""A picture between two: both moved to its time, each where it is known and the more the nearer it is."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from models.interpolation.motion import Motion, Plane, sampled
from models.interpolation.splatting import splat

Light = NDArray[np.float32]

_BAND: Final = 1 << 19  # pixels made together: a picture of 8K has 400 MB


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
        found[top : top + rows] = np.maximum(total / weights[..., None], 0)
    return found


def _there(light: Light, x: Plane, y: Plane) -> Light:
    return np.asarray(cv2.remap(light, x, y, cv2.INTER_CUBIC, None, cv2.BORDER_REPLICATE), np.float32)
