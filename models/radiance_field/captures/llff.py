"""LLFF's `poses_bounds.npy` (Mildenhall et al. 2019): a row of 17 numbers for each picture of `images/`, by name."""

from pathlib import Path
from typing import Final

import numpy as np

from models.radiance_field.camera import Camera
from models.radiance_field.captures.capture import MOST_VIEWS, BrokenCapture, Capture, View, checked_pose, size_of

_FILE: Final = "poses_bounds.npy"
_PICTURES: Final = {".png", ".jpg", ".jpeg", ".webp"}
_HELD_OUT: Final = 8


def read_llff(folder: Path) -> Capture:
    """A folder with `poses_bounds.npy` and `images/`; every eighth view is for testing.

    A row is a (3, 5) matrix, columns down, right, backwards, place, and (height, width, focal), then the near and the
    far depth.

    Raises:
        BrokenCapture: The file is damaged, or the pictures are not as many as its rows.
    """
    try:
        rows = np.load(folder / _FILE, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise BrokenCapture(f"{_FILE} is damaged, or holds objects in place of numbers") from error
    if rows.ndim != 2 or rows.shape[1] != 17 or not 1 <= len(rows) <= MOST_VIEWS or rows.dtype.kind != "f":
        raise BrokenCapture(f"{_FILE} has 1 to {MOST_VIEWS:,} rows of 17 numbers")
    pictures = sorted(path for path in (folder / "images").glob("*") if path.suffix.lower() in _PICTURES)
    if len(pictures) != len(rows):
        raise BrokenCapture(f"{_FILE} has {len(rows)} poses, images/ has {len(pictures)} pictures")
    views = []
    for number, (row, picture) in enumerate(zip(rows.astype(np.float64), pictures, strict=True)):
        camera = _camera(row[:15].reshape(3, 5), picture, f"{_FILE}, row {number}")
        views.append(View(camera, picture, "test" if number % _HELD_OUT == 0 else "train"))
    near, far = float(rows[:, 15].min()), float(rows[:, 16].max())
    if not 0 < near < far < np.inf:
        raise BrokenCapture(f"{_FILE}: the depths {near:g} to {far:g} are no near and far")
    return Capture("llff", tuple(views), near=near, far=far)


def _camera(matrix: np.ndarray, picture: Path, where: str) -> Camera:
    down, right, backward, place = matrix[:, :4].T
    height, width, focal = matrix[:, 4]
    if not (np.isfinite(matrix).all() and min(height, width, focal) > 0):
        raise BrokenCapture(f"{where}: height, width and focal length are above 0")
    pose = checked_pose(np.stack((right, -down, backward, place), 1), where)
    columns, lines = size_of(picture)
    # The numbers are those of the pictures before they were made smaller.
    return Camera(pose, columns, lines, (focal * columns / width, focal * lines / height), (columns / 2, lines / 2))
