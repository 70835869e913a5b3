"""Signed distances of flat shapes, in units of their radius (Quilez, "2D distance functions")."""

from collections.abc import Callable
from typing import Final

import numpy as np

from models.embedded_image.scenes.canvas import Field


def _circle(x: Field, y: Field) -> Field:
    return np.hypot(x, y) - 0.95


def _ring(x: Field, y: Field) -> Field:
    return np.abs(np.hypot(x, y) - 0.72) - 0.2


def _box(x: Field, y: Field, half_width: float, half_height: float) -> Field:
    dx, dy = np.abs(x) - half_width, np.abs(y) - half_height
    return np.hypot(np.maximum(dx, 0), np.maximum(dy, 0)) + np.minimum(np.maximum(dx, dy), 0)


def _square(x: Field, y: Field) -> Field:
    return _box(x, y, 0.82, 0.82)


def _diamond(x: Field, y: Field) -> Field:
    return (np.abs(x) / 0.72 + np.abs(y) - 1) * 0.584


def _cross(x: Field, y: Field) -> Field:
    return np.minimum(_box(x, y, 0.95, 0.3), _box(x, y, 0.3, 0.95))


def _polygon(x: Field, y: Field, corners: list[tuple[float, float]]) -> Field:
    """The signed distance of any simple polygon."""
    best = np.full_like(x, np.inf)
    inside = np.ones_like(x)
    for (ax, ay), (bx, by) in zip(corners, corners[1:] + corners[:1], strict=True):
        ex, ey, wx, wy = bx - ax, by - ay, x - ax, y - ay
        along = np.clip((wx * ex + wy * ey) / (ex * ex + ey * ey), 0, 1)
        best = np.minimum(best, (wx - ex * along) ** 2 + (wy - ey * along) ** 2)
        after, before, side = y >= ay, y < by, ex * wy > ey * wx
        inside = np.where((after & before & side) | (~after & ~before & ~side), -inside, inside)
    return np.asarray(inside * np.sqrt(best))


def _around(points: int, radii: tuple[float, ...]) -> list[tuple[float, float]]:
    return [
        (
            radii[i % len(radii)] * np.sin(2 * np.pi * i / points),
            -radii[i % len(radii)] * np.cos(2 * np.pi * i / points),
        )
        for i in range(points)
    ]


def _triangle(x: Field, y: Field) -> Field:
    return _polygon(x, y, [(0, -0.95), (0.95, 0.78), (-0.95, 0.78)])


def _star(x: Field, y: Field) -> Field:
    return _polygon(x, y, _around(10, (1.05, 0.45)))


def _heart(x: Field, y: Field) -> Field:
    lobes = np.minimum(np.hypot(x - 0.45, y + 0.36), np.hypot(x + 0.45, y + 0.36)) - 0.52
    return np.minimum(lobes, _polygon(x, y, [(-0.86, -0.07), (-0.4, -0.4), (0.4, -0.4), (0.86, -0.07), (0, 0.95)]))


def _upright(half_width: float) -> Callable[[Field, Field], Field]:
    return lambda x, y: np.minimum(
        _box(x, y, half_width, 0.62),
        np.minimum(_ellipse(x, y - 0.62, half_width, 0.24), _ellipse(x, y + 0.62, half_width, 0.24)),
    )


def _ellipse(x: Field, y: Field, a: float, b: float) -> Field:
    """Nearly the signed distance of an ellipse: exact on its edge."""
    k = np.hypot(x / a, y / b)
    return np.asarray(k * (k - 1) / np.maximum(np.hypot(x / (a * a), y / (b * b)), 1e-4))


def _cube(x: Field, y: Field) -> Field:
    return _polygon(x, y, _around(6, (0.98,)))


def _cone(x: Field, y: Field) -> Field:
    return np.minimum(_polygon(x, y, [(0, -0.98), (0.74, 0.68), (-0.74, 0.68)]), _ellipse(x, y - 0.68, 0.74, 0.26))


OUTLINES: Final[dict[str, Callable[[Field, Field], Field]]] = {
    "circle": _circle,
    "square": _square,
    "triangle": _triangle,
    "star": _star,
    "heart": _heart,
    "diamond": _diamond,
    "cross": _cross,
    "ring": _ring,
    "ball": _circle,
    "cube": _cube,
    "cylinder": _upright(0.62),
    "cone": _cone,
}
