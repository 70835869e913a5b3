"""Filters that look at a pixel's surroundings. Pictures are (height, width, channel), 0 to 1."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.floating[Any]]

LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)  # BT.709


def luma(picture: Picture) -> Picture:
    """How bright each pixel is, (height, width)."""
    return np.asarray(picture @ LUMA, np.float32)


def box(plane: Picture, radius: int) -> Picture:
    """The mean of the square of 2 radius + 1 pixels around each; the border is repeated outward."""
    for axis in (0, 1):
        plane = _box_along(plane, radius, axis)
    return plane


def _box_along(plane: Picture, radius: int, axis: int) -> Picture:
    if radius < 1:
        return plane
    padding = [(0, 0)] * plane.ndim
    padding[axis] = (radius + 1, radius)
    total = np.cumsum(np.pad(plane, padding, mode="edge"), axis=axis, dtype=np.float64)
    size = 2 * radius + 1
    ahead, behind = [np.moveaxis(total, axis, 0)[part] for part in (slice(size, None), slice(None, -size))]
    return np.ascontiguousarray(np.moveaxis((ahead - behind) / size, 0, axis), np.float32)


def blur(plane: Picture, radius: float) -> Picture:
    """Three boxes, which come close to a Gaussian of that radius."""
    for _ in range(3):
        plane = box(plane, max(1, round(radius * 0.6)))
    return plane


def edges(bright: Picture) -> Picture:
    """How steep brightness is (Sobel), about 0 to 1."""
    p = np.pad(bright, 1, mode="edge")
    across = p[:-2, 2:] - p[:-2, :-2] + 2 * (p[1:-1, 2:] - p[1:-1, :-2]) + p[2:, 2:] - p[2:, :-2]
    down = p[2:, :-2] - p[:-2, :-2] + 2 * (p[2:, 1:-1] - p[:-2, 1:-1]) + p[2:, 2:] - p[:-2, 2:]
    return np.asarray(np.minimum(np.hypot(across, down), 1), np.float32)


def brush(picture: Picture, radius: int) -> Picture:
    """Each pixel the mean of that quarter of its surroundings which varies least, so that edges stay sharp.

    Kuwahara, Hachimura, Eiho, Kinoshita: Processing of RI-angiocardiographic images, 1976; the quarters here weigh by
    the inverse of their variance in place of the best alone, which leaves fewer artefacts.
    """
    half = max(1, radius // 2)
    bright = luma(picture)
    spread = np.maximum(box(bright * bright, half) - box(bright, half) ** 2, 0) + 1e-5
    weight = spread**-4.0
    mean = np.stack([box(picture[..., i], half) for i in range(3)], -1)
    total, weights = np.zeros_like(picture), np.zeros_like(bright)
    for down in (-half, half):
        for across in (-half, half):
            share = _moved(weight, down, across)
            total += _moved(mean, down, across) * share[..., None]
            weights += share
    return np.asarray(total / weights[..., None], np.float32)


def _moved(plane: Picture, down: int, across: int) -> Picture:
    """What lies so many pixels below and to the right of each pixel, the border repeated."""
    rows = np.clip(np.arange(plane.shape[0]) + down, 0, plane.shape[0] - 1)
    columns = np.clip(np.arange(plane.shape[1]) + across, 0, plane.shape[1] - 1)
    return plane[rows][:, columns]


def squares(picture: Picture, side: int) -> Picture:
    """Every square of `side` pixels in its mean colour; those at the border may be cut."""
    height, width = picture.shape[:2]
    rows, columns = np.arange(0, height, side), np.arange(0, width, side)
    total = np.add.reduceat(np.add.reduceat(picture, rows, axis=0, dtype=np.float64), columns, axis=1)
    count = np.diff(rows, append=height)[:, None] * np.diff(columns, append=width)
    mean = (total / count[..., None]).astype(np.float32)
    return np.asarray(mean[np.arange(height) // side][:, np.arange(width) // side], np.float32)
