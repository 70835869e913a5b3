"""Noise that repeats at the edges and looks the same at every size."""

from functools import lru_cache

import numpy as np

from models.pbr.maps import Field

Shape = tuple[int, int]


@lru_cache(maxsize=256)
def _spline(size: int, cells: int) -> Field:
    """(size, cells): how much each knot of a closed cubic B-spline counts at each texel."""
    place = (np.arange(size) + 0.5) / size * cells
    first = np.floor(place).astype(int)
    t = place - first
    weights = ((1 - t) ** 3, 3 * t**3 - 6 * t**2 + 4, -3 * t**3 + 3 * t**2 + 3 * t + 1, t**3)
    table = np.zeros((size, cells), np.float32)
    for step, weight in enumerate(weights):
        np.add.at(table, (np.arange(size), (first + step - 1) % cells), weight / 6)
    table.setflags(write=False)
    return table


def noise(generator: np.random.Generator, shape: Shape, rows: int, columns: int) -> Field:
    """Smooth noise (height, width) of mean 0 and deviation about 1, with waves of 1/rows and 1/columns of the piece.

    Waves that the texels are too coarse for are left out, so that a large picture averages to the small one.
    """
    knots = generator.standard_normal((rows, columns), np.float32)
    if rows > shape[0] or columns > shape[1]:
        return np.zeros(shape, np.float32)
    return np.asarray(_spline(shape[0], rows) @ knots @ _spline(shape[1], columns).T / 0.48, np.float32)


def fractal(
    generator: np.random.Generator, shape: Shape, rows: int, columns: int, octaves: int = 4, gain: float = 0.5
) -> Field:
    """Noise in octaves, each of twice the frequency; deviation about 1."""
    total = np.zeros(shape, np.float32)
    for octave in range(octaves):
        total += gain**octave * noise(generator, shape, rows << octave, columns << octave)
    return np.asarray(total / np.sqrt(sum(gain ** (2 * octave) for octave in range(octaves))), np.float32)
