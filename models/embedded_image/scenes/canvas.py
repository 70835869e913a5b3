"""A picture's coordinates, and smooth random fields on them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Field = NDArray[Any]  # floating point


@dataclass(frozen=True, eq=False)
class Canvas:
    """The pixels' centres in units of the picture's shorter side, (0, 0) in its middle.

    Attributes:
        pixel: The width of one pixel in these units.
    """

    x: Field
    y: Field
    pixel: float

    @classmethod
    def of(cls, width: int, height: int) -> "Canvas":
        """The canvas of a picture of this many pixels."""
        pixel = 1 / min(width, height)
        x = ((np.arange(width, dtype=np.float32) + 0.5) - width / 2) * pixel
        y = ((np.arange(height, dtype=np.float32) + 0.5) - height / 2) * pixel
        return cls(x[None, :].repeat(height, 0), y[:, None].repeat(width, 1), pixel)

    def cover(self, distance: Field) -> Field:
        """How much of each pixel lies inside, 0 to 1, from the signed distance (negative inside)."""
        return np.asarray(np.clip(0.5 - distance / self.pixel, 0, 1), np.float32)


def smooth_noise(x: Field, y: Field, generator: np.random.Generator, scale: float, octaves: int = 3) -> Field:
    """Value noise of several octaves, about -1 to 1.

    Args:
        scale: Width of its largest features, in the canvas's units.
    """
    total = np.zeros_like(x)
    weight, norm = 1.0, 0.0
    for _ in range(octaves):
        grid = generator.uniform(-1, 1, (64, 64)).astype(np.float32)
        u, v = x / scale + 32, y / scale + 32
        i, j = np.floor(u).astype(np.int32), np.floor(v).astype(np.int32)
        a, b = u - i, v - j
        a, b = a * a * (3 - 2 * a), b * b * (3 - 2 * b)
        i0, i1, j0, j1 = i % 64, (i + 1) % 64, j % 64, (j + 1) % 64
        upper = grid[j0, i0] * (1 - a) + grid[j0, i1] * a
        lower = grid[j1, i0] * (1 - a) + grid[j1, i1] * a
        total += weight * (upper * (1 - b) + lower * b)
        norm += weight
        weight, scale = weight / 2, scale / 2
    return (total / norm).astype(np.float32)
