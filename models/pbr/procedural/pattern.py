"""Patterns that repeat at the edges: bonds of rectangles, cells of stones."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.pbr.maps import Field, Values
from models.pbr.procedural.noise import Shape


@dataclass(frozen=True, eq=False)
class Cells:
    """A surface cut into cells.

    Attributes:
        edge: (height, width), from the nearest joint's middle, in widths.
        number: (height, width), which cell, from 0.
        count: How many cells.
        across: (height, width), place in the cell from its left, 0 to 1 (0.5 at the middle).
        along: The same from its top.
    """

    edge: Field
    number: NDArray[np.int64]
    count: int
    across: Field
    along: Field

    def spread(self, generator: np.random.Generator, lowest: float, highest: float) -> Field:
        """An even random number a cell."""
        return generator.uniform(lowest, highest, self.count).astype(np.float32)[self.number]


def places(shape: Shape) -> tuple[Field, Field]:
    """Down (height, 1) and right (1, width), 0 to 1, at the middles of the texels."""
    rows, columns = shape
    down = (np.arange(rows, dtype=np.float32) + 0.5) / rows
    right = (np.arange(columns, dtype=np.float32) + 0.5) / columns
    return np.asarray(down[:, None], np.float32), np.asarray(right[None, :], np.float32)


def step(value: Values, lowest: float, highest: float) -> Field:
    """0 below, 1 above, smooth between."""
    t = np.clip((value - lowest) / (highest - lowest), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


def rectangles(shape: Shape, rows: int, columns: int, shift: float) -> Cells:
    """Courses of bricks: every other row is moved by `shift` of a brick."""
    y, x = places(shape)
    down = np.broadcast_to(y * rows, shape)
    row = np.floor(down)
    right = x * columns + shift * (row % 2)
    column = np.floor(right)
    across, along = right - column, down - row
    edge = np.minimum(np.minimum(across, 1 - across) / columns, np.minimum(along, 1 - along) / rows)
    number = (row * columns + column % columns).astype(np.int64)
    return Cells(edge.astype(np.float32), number, rows * columns, across.astype(np.float32), along.astype(np.float32))


def stones(generator: np.random.Generator, shape: Shape, rows: int, columns: int, loose: float = 0.8) -> Cells:
    """Cells round scattered points (Worley, "A cellular texture basis function", 1996), one a lattice square."""
    y, x = places(shape)
    down, right = np.broadcast_to(y * rows, shape), np.broadcast_to(x * columns, shape)
    shifts = (generator.random((rows, columns, 2)).astype(np.float32) - 0.5) * loose + 0.5
    row, column = np.floor(down).astype(int), np.floor(right).astype(int)
    nearest = np.full(shape, 9, np.float32)
    second = nearest.copy()
    number = np.zeros(shape, np.int64)
    across, along = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    for i in (-1, 0, 1):
        for j in (-1, 0, 1):
            a, b = (row + i) % rows, (column + j) % columns
            dy = down - (row + i + shifts[a, b, 0])
            dx = right - (column + j + shifts[a, b, 1])
            away = np.sqrt(dx * dx + dy * dy).astype(np.float32)
            closer = away < nearest
            second = np.minimum(second, np.maximum(away, nearest))
            nearest = np.minimum(nearest, away)
            number = np.where(closer, a * columns + b, number)
            across = np.where(closer, dx + 0.5, across)
            along = np.where(closer, dy + 0.5, along)
    edge = (second - nearest) / 2 / max(rows, columns)
    return Cells(edge.astype(np.float32), number, rows * columns, across.astype(np.float32), along.astype(np.float32))
