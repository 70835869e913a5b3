"""Light from all round: a studio given by a formula, so that nothing has to be shipped."""

from collections.abc import Callable
from functools import lru_cache
from typing import Final

import numpy as np

from models.pbr.maps import Values

Environment = Callable[[Values], Values]  # unit directions (..., 3), y up, to radiance (..., 3)

# Softboxes: where, how sharp (a spherical Gaussian's), colour. In front is +z.
_LAMPS: Final = (
    ((-0.55, 0.62, 0.56), 24.0, (5.2, 4.9, 4.5)),
    ((0.85, 0.25, 0.35), 40.0, (1.7, 2.0, 2.6)),
    ((0.25, 0.55, -0.8), 14.0, (1.6, 1.6, 1.7)),
)
_ROWS: Final = 24  # of the table of irradiance
_FINE: Final = 3  # the light is summed so many times finer


def studio(directions: Values) -> Values:
    """A grey room, lighter above, with three softboxes."""
    up = directions[..., 1:2]
    light = 0.28 + 0.2 * up + 0.07 * up * up + np.zeros(3, directions.dtype)
    for towards, sharpness, colour in _LAMPS:
        axis = np.asarray(towards, directions.dtype) / float(np.linalg.norm(towards))
        near = np.exp(sharpness * ((directions @ axis)[..., None] - 1))
        light = light + near * np.asarray(colour, directions.dtype)
    return np.asarray(light)


def even(directions: Values) -> Values:
    """The white furnace: radiance 1 from everywhere."""
    return np.ones_like(directions)


def sphere_directions(rows: int) -> tuple[Values, Values]:
    """Directions (rows, 2 rows, 3) of a latitude-longitude picture, y up at the top, and their solid angles.

    The first column looks along +z, the one at a quarter along -x.
    """
    theta = (np.arange(rows) + 0.5) / rows * np.pi
    phi = (np.arange(2 * rows) + 0.5) / rows * np.pi
    sine = np.sin(theta)[:, None]
    up = np.broadcast_to(np.cos(theta)[:, None], (rows, 2 * rows))
    directions = np.stack([-sine * np.sin(phi), up, sine * np.cos(phi)], -1)
    solid = np.broadcast_to(sine * (np.pi / rows) ** 2, (rows, 2 * rows))
    return directions, solid


@lru_cache(maxsize=4)
def _irradiance_table(environment: Environment) -> Values:
    normals, _ = sphere_directions(_ROWS)
    directions, solid = sphere_directions(_ROWS * _FINE)
    light = (environment(directions) * solid[..., None]).reshape(-1, 3)
    facing = np.maximum(normals.reshape(-1, 3) @ directions.reshape(-1, 3).T, 0)
    return np.asarray((facing @ light / np.pi).reshape(_ROWS, 2 * _ROWS, 3))


def irradiance(environment: Environment, normals: Values) -> Values:
    """What white chalk with these normals (..., 3) sends on: irradiance over pi, from a table."""
    table = _irradiance_table(environment)
    theta = np.arccos(np.clip(normals[..., 1], -1, 1)) / np.pi * _ROWS - 0.5
    phi = (np.arctan2(-normals[..., 0], normals[..., 2]) / np.pi % 2) * _ROWS - 0.5
    y = np.clip(theta, 0, _ROWS - 1)
    i = np.minimum(y.astype(int), _ROWS - 2)
    j = np.floor(phi).astype(int)
    y, x = (y - i)[..., None], (phi - j)[..., None]
    left, right = j % (2 * _ROWS), (j + 1) % (2 * _ROWS)
    return np.asarray(
        (1 - y) * ((1 - x) * table[i, left] + x * table[i, right])
        + y * ((1 - x) * table[i + 1, left] + x * table[i + 1, right])
    )
