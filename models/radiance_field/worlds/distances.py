"""Signed distances of solids in their own axes (Quilez, "3D distance functions"), z up.

The flat outlines of the embedded image model's scenes are solids too: plates that stand upright.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.embedded_image.scenes.shapes import OUTLINES

Field = NDArray[np.float32]
Distance = Callable[[Field, Field], Field]
"""Points (n, 3) and sizes (n, 3) to signed distances (n,)."""


def _sphere(points: Field, size: Field) -> Field:
    return np.asarray(_length(points) - size[:, 0])


def _box(points: Field, size: Field) -> Field:
    """Half its extents along x, y and z; its edges are a little round."""
    edge = 0.08 * size.min(-1)
    beyond = np.abs(points) - size + edge[:, None]
    return np.asarray(_length(np.maximum(beyond, 0)) + np.minimum(beyond.max(-1), 0) - edge)


def _cylinder(points: Field, size: Field) -> Field:
    """Radius, none, half its height."""
    return _slab(np.hypot(points[:, 0], points[:, 1]) - size[:, 0], points[:, 2], size[:, 2])


def _slab(outline: Field, across: Field, half: Field) -> Field:
    """An outline's distance, stretched into a solid of some height, its edges a little round."""
    edge = 0.08 * half
    beyond, above = outline + edge, np.abs(across) - half + edge
    outside = np.hypot(np.maximum(beyond, 0), np.maximum(above, 0))
    return np.asarray(outside + np.minimum(np.maximum(beyond, above), 0) - edge)


def _cone(points: Field, size: Field) -> Field:
    """Radius at the bottom, radius at the top, half its height."""
    low, high, half = size[:, 0], size[:, 1], size[:, 2]
    out, z = np.hypot(points[:, 0], points[:, 1]), points[:, 2]
    # To the nearer of the two lids, and to the slope.
    lid_out, lid_z = out - np.minimum(out, np.where(z < 0, low, high)), np.abs(z) - half
    run, rise = high - low, 2 * half
    along = np.clip(((out - low) * run + (z + half) * rise) / (run * run + rise * rise), 0, 1)
    slope_out, slope_z = out - low - run * along, z + half - rise * along
    inside = (slope_out < 0) & (lid_z < 0)
    nearest = np.minimum(lid_out * lid_out + lid_z * lid_z, slope_out * slope_out + slope_z * slope_z)
    return np.asarray(np.where(inside, -1, 1) * np.sqrt(nearest), points.dtype)


def _torus(points: Field, size: Field) -> Field:
    """Radius of the ring, none, radius of its tube; the ring lies flat."""
    ring = np.hypot(points[:, 0], points[:, 1]) - size[:, 0]
    return np.asarray(np.hypot(ring, points[:, 2]) - size[:, 2])


def _octahedron(points: Field, size: Field) -> Field:
    """Half its extents along x, y and z; a lower bound off its faces."""
    inward = 1 / size
    return np.asarray(((np.abs(points) * inward).sum(-1) - 1) / np.linalg.norm(inward, axis=-1))


def _mound(points: Field, size: Field) -> Field:
    """Radius at its foot, none, height; it rises from z = 0 and meets the ground without an edge. A lower bound."""
    wide, high = size[:, 0], size[:, 2]
    out = np.hypot(points[:, 0], points[:, 1])
    top = high * (1 - np.minimum(out / wide, 1) ** 2) ** 2
    steepest = 1.54 * high / wide
    above = (points[:, 2] - top) / np.sqrt(1 + steepest * steepest)
    return np.asarray(np.maximum(above, np.maximum(out - wide, -0.02 - points[:, 2])))


def _plate(outline: Callable[[Field, Field], Field]) -> Distance:
    """Its half width, half its thickness, its half height; it stands along x and z."""

    def distance(points: Field, size: Field) -> Field:
        scale = np.minimum(size[:, 0], size[:, 2])
        flat = outline(points[:, 0] / size[:, 0], -points[:, 2] / size[:, 2]) * scale
        return _slab(np.asarray(flat, points.dtype), points[:, 1], size[:, 1])

    return distance


def _length(points: Field) -> Field:
    return np.asarray(np.sqrt(np.einsum("ij,ij->i", points, points)))


_PLATES: Final = ("circle", "square", "triangle", "star", "heart", "cross", "ring")
DISTANCES: Final[dict[str, Distance]] = {
    "sphere": _sphere,
    "box": _box,
    "cylinder": _cylinder,
    "cone": _cone,
    "torus": _torus,
    "octahedron": _octahedron,
    "mound": _mound,
    **{name: _plate(OUTLINES[name]) for name in _PLATES},
}
KINDS: Final = tuple(DISTANCES)


def ball_around(kind: str, size: tuple[float, float, float]) -> float:
    """The radius of a ball around the solid."""
    a, b, c = size
    match kind:
        case "sphere":
            return a
        case "torus":
            return a + c
        case "cone":
            return float(np.hypot(max(a, b), c))
        case "cylinder" | "mound":
            return float(np.hypot(a, c))
        case "octahedron":
            return max(size)
        case _:
            return float(np.sqrt(a * a + b * b + c * c)) * (1.0 if kind == "box" else 1.1)
