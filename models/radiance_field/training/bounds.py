"""The box that a scene lies in, from the pictures of it."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from models.radiance_field.field.box import Box
from models.radiance_field.picture import Picture

_GRID: Final = 40
_MARGIN: Final = 0.04
_COVERED: Final = 0.02
_MOST_VIEWS: Final = 40
_WIDE: Final = 1.5
_IN_SIGHT: Final = 0.75
_AGREEING: Final = 0.95
_EXPLAINED: Final = 0.995


def box_of(pictures: Sequence[Picture], points: NDArray[np.float64] | None = None) -> Box:
    """Where the scene is.

    By the silhouettes where the pictures have alpha, and nothing moves out of them: what is uncovered in some view is
    empty. Otherwise by `points` on surfaces (`Capture.points`); otherwise around the place the cameras look at.

    Args:
        points: (n, 3) places on surfaces.

    Raises:
        ValueError: There are no pictures, or the silhouettes leave nothing.
    """
    if not pictures:
        raise ValueError("a field needs pictures of its scene")
    if has_alpha(pictures):
        return _silhouettes(pictures)
    if points is not None and len(points) >= 8:
        low, high = np.percentile(points, (2, 98), axis=0)  # reconstructions have strays
        return _widened(low, high, 0.25)
    middle, reach = _looked_at(pictures)
    return _widened(middle - reach, middle + reach, 0.0)


def has_alpha(pictures: Sequence[Picture]) -> bool:
    """Whether any pixel of the pictures is not covered by the scene."""
    return any(float(picture.light[..., 3].min()) < 1 - _COVERED for picture in pictures)


def _looked_at(pictures: Sequence[Picture]) -> tuple[NDArray[np.float64], float]:
    """The place nearest to all the cameras' axes, and how far around it to look."""
    places = np.stack([picture.camera.place for picture in pictures])
    forward = np.stack([picture.camera.forward for picture in pictures])
    across = np.eye(3) - forward[:, :, None] * forward[:, None]
    # A little pull towards the cameras keeps axes that are parallel from meeting at infinity.
    matrix = across.sum(0) + 1e-3 * len(places) * np.eye(3)
    middle = np.linalg.solve(matrix, (across @ places[:, :, None]).sum((0, 2)) + 1e-3 * places.sum(0))
    return middle, float(np.median(np.linalg.norm(places - middle, axis=1)))


def _silhouettes(pictures: Sequence[Picture]) -> Box:
    middle, distance = _looked_at(pictures)
    low, high = middle - _WIDE * distance, middle + _WIDE * distance
    for _ in range(2):  # the second time within what the first has found
        points = np.stack(np.meshgrid(*np.linspace(low, high, _GRID).T, indexing="ij"), -1).reshape(-1, 3)
        kept = points[_covered(points, pictures)]
        if not len(kept):
            raise ValueError("the pictures' silhouettes have no place in common: are the poses right?")
        cell = (high - low) / (_GRID - 1)
        low, high = kept.min(0) - cell, kept.max(0) + cell
    box = _widened(low, high, _MARGIN)
    while _explained(box, pictures) < _EXPLAINED:  # something moved out of the silhouettes
        box = _widened(np.array(box.low), np.array(box.high), _MARGIN)
    return box


def _explained(box: Box, pictures: Sequence[Picture]) -> float:
    """Share of the covered pixels whose rays meet the box."""
    met = []
    for picture in pictures[:: -(-len(pictures) // _MOST_VIEWS)]:
        covered = picture.light[..., 3] > 0.5
        origins, directions = (torch.from_numpy(array[covered]) for array in picture.camera.rays())
        near, far = box.chord(origins, directions)
        met.append(far > near)
    return float(torch.cat(met).float().mean()) if sum(map(len, met)) else 1.0


def _covered(points: NDArray[np.float64], pictures: Sequence[Picture]) -> NDArray[np.bool_]:
    """Which points are in sight of most of the views, and not shown to be empty."""
    few = pictures[:: -(-len(pictures) // _MOST_VIEWS)]
    moving = len({picture.camera.time for picture in few}) > 1
    seen, covered = np.zeros(len(points), int), np.zeros(len(points), int)
    for picture in few:
        camera = picture.camera
        pixels, depth = camera.project(points)
        column, row = np.floor(np.nan_to_num(pixels, nan=-1, posinf=-1, neginf=-1)).clip(-1, 1e6).astype(int).T
        shown = (depth > 0) & (column >= 0) & (row >= 0) & (column < camera.width) & (row < camera.height)
        seen += shown
        covered[shown] += _spread(picture.light[..., 3])[row[shown], column[shown]] >= _COVERED
    # Each moment of a moving scene has its own silhouettes, so some of them must disagree.
    return np.asarray((seen >= _IN_SIGHT * len(few)) & (covered >= seen * (_AGREEING if moving else 1)))


def _spread(alpha: NDArray[np.float32]) -> NDArray[np.float32]:
    """Each pixel with the most covered of its neighbours: a cell of the grid is wider than a pixel's ray."""
    padded = np.pad(alpha, 1)
    height, width = alpha.shape
    around = [padded[row : row + height, column : column + width] for row in range(3) for column in range(3)]
    return np.asarray(np.maximum.reduce(around))


def _widened(low: NDArray[np.float64], high: NDArray[np.float64], share: float) -> Box:
    least = 0.02 * float((high - low).max())
    margin = np.maximum((high - low) * share, least)
    low, high = low - margin, high + margin
    return Box(low=tuple(low.tolist()), high=tuple(high.tolist()))
