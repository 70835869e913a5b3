"""What a capture holds, whatever format it came in."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from models.radiance_field.camera import Camera, Pose

Split = Literal["train", "val", "test"]
MOST_VIEWS: Final = 5000
_ENDINGS: Final = ("", ".png", ".jpg", ".jpeg", ".webp")


class BrokenCapture(ValueError):
    """The folder is no capture that can be learnt from; the message says what is wrong in which file."""


@dataclass(frozen=True, eq=False)
class View:
    """One picture and the camera that took it."""

    camera: Camera
    picture: Path
    split: Split = "train"


@dataclass(frozen=True, eq=False)
class Capture:
    """Pictures of one scene.

    Attributes:
        form: The format's name.
        points: (n, 3) places on surfaces, where the format has any.
        near: Closest depth at which anything was seen, where the format says it.
        far: Furthest depth, likewise.
    """

    form: str
    views: tuple[View, ...]
    points: NDArray[np.float64] | None = None
    near: float | None = None
    far: float | None = None

    def of(self, split: Split) -> tuple[View, ...]:
        """The views of one split."""
        return tuple(view for view in self.views if view.split == split)

    @property
    def moves(self) -> bool:
        """Whether its views are of different times."""
        return len({view.camera.time for view in self.views}) > 1


def checked_pose(numbers: object, where: str) -> Pose:
    """A pose out of a file: (3, 4) or (4, 4), finite, its axes of one length and at right angles.

    Raises:
        BrokenCapture: It is no pose.
    """
    try:
        given = np.asarray(numbers, np.float64)
    except (TypeError, ValueError):
        raise BrokenCapture(f"{where}: the pose holds something else than numbers") from None
    if given.shape not in {(3, 4), (4, 4)} or not np.isfinite(given).all():
        raise BrokenCapture(f"{where}: a pose is a matrix of 4 x 4 finite numbers")
    pose = np.eye(4)
    pose[:3] = given[:3]
    axes = pose[:3, :3]
    lengths = np.linalg.norm(axes, axis=0)
    if lengths.min() < 1e-6 or np.abs(lengths / lengths.mean() - 1).max() > 0.02:
        raise BrokenCapture(f"{where}: the pose's axes differ in length: it is no rotation")
    pose[:3, :3] = axes / lengths
    if np.abs(pose[:3, :3].T @ pose[:3, :3] - np.eye(3)).max() > 0.02 or np.linalg.det(pose[:3, :3]) < 0:
        raise BrokenCapture(f"{where}: the pose's axes are not at right angles, or mirror the scene")
    return pose


def picture_in(folder: Path, name: str, where: str) -> Path:
    """The picture that a file of the capture names, with or without its ending.

    Raises:
        BrokenCapture: It is not there, or outside of the folder.
    """
    root = folder.resolve()
    for ending in _ENDINGS:
        path = (root / f"{name}{ending}").resolve()
        if path.is_relative_to(root) and path.is_file():
            return path
    raise BrokenCapture(f"{where}: the picture {name[:80]!r} is not in the capture's folder")


def size_of(picture: Path) -> tuple[int, int]:
    """Width and height of a picture, from its header.

    Raises:
        BrokenCapture: It is no picture.
    """
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - loaded where a picture is read

    try:
        with Image.open(picture, formats=["PNG", "JPEG", "WEBP"]) as opened:
            return opened.size
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError) as error:
        raise BrokenCapture(f"{picture.name} is no PNG, JPEG or WebP picture") from error
