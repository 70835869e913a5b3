"""A pinhole camera in the project's one convention, and the rays through its pixels.

OpenGL's axes, as Blender and nerfstudio have them: x to the right, y up, the camera looks along -z. Poses lead from the
camera to the world. Pixel (column, row) has its centre at (column + 0.5, row + 0.5), row 0 on top. Every reader and
writer of another convention converts at its own edge.
"""

from dataclasses import dataclass, replace
from math import atan, degrees, radians, tan
from typing import Self

import numpy as np
from numpy.typing import NDArray

from models.radiance_field.distortion import PINHOLE, Distortion

Pose = NDArray[np.float64]
"""(4, 4), from the camera's axes to the world's."""


@dataclass(frozen=True, eq=False)
class Camera:
    """One view.

    Attributes:
        pose: (4, 4) from camera to world: three axes of unit length at right angles, and the place.
        focal: Focal lengths along x and y, in pixels.
        centre: Where the axis meets the picture, in pixels from its upper left corner.
        time: 0 to 1 within a moving scene.
    """

    pose: Pose
    width: int
    height: int
    focal: tuple[float, float]
    centre: tuple[float, float]
    distortion: Distortion = PINHOLE
    time: float = 0.0

    @classmethod
    def of_angle(cls, pose: Pose, width: int, height: int, horizontal_degrees: float, time: float = 0.0) -> Self:
        """A camera by its horizontal angle of view, its axis through the middle."""
        focal = width / 2 / tan(radians(horizontal_degrees) / 2)
        return cls(pose, width, height, (focal, focal), (width / 2, height / 2), time=time)

    @property
    def place(self) -> NDArray[np.float64]:
        """(3,) where it stands."""
        return self.pose[:3, 3]

    @property
    def forward(self) -> NDArray[np.float64]:
        """(3,) unit vector along which it looks."""
        return -self.pose[:3, 2]

    @property
    def vertical_degrees(self) -> float:
        """Vertical angle of view, from edge to edge."""
        above, below = self.centre[1], self.height - self.centre[1]
        return degrees(atan(above / self.focal[1]) + atan(below / self.focal[1]))

    def scaled(self, width: int, height: int) -> Self:
        """The same view as a picture of another size."""
        x, y = width / self.width, height / self.height
        return replace(
            self,
            width=width,
            height=height,
            focal=(self.focal[0] * x, self.focal[1] * y),
            centre=(self.centre[0] * x, self.centre[1] * y),
        )

    def rays(self, rows: slice = slice(None)) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Origins and unit directions (rows, width, 3) in the world, one ray through each pixel's centre."""
        y, x = np.mgrid[rows.start or 0 : self.height if rows.stop is None else rows.stop, 0 : self.width] + 0.5
        seen = np.stack(((x - self.centre[0]) / self.focal[0], (y - self.centre[1]) / self.focal[1]), -1)
        straight = self.distortion.undone(seen)
        local = np.concatenate((straight[..., :1], -straight[..., 1:], -np.ones_like(straight[..., :1])), -1)
        directions = local @ self.pose[:3, :3].T
        directions /= np.linalg.norm(directions, axis=-1, keepdims=True)
        origins = np.broadcast_to(self.place, directions.shape)
        return origins.astype(np.float32), directions.astype(np.float32)

    def project(self, points: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Pixels (…, 2) and depths (…,) along the axis of points (…, 3); what lies behind has a depth below 0."""
        local = (points - self.place) @ self.pose[:3, :3]
        depth = -local[..., 2]
        straight = np.stack((local[..., 0], -local[..., 1]), -1) / np.where(depth == 0, np.nan, depth)[..., None]
        seen = self.distortion.applied(straight)
        return seen * np.array(self.focal) + np.array(self.centre), depth


def look_at(
    place: NDArray[np.float64], target: NDArray[np.float64], up: tuple[float, float, float] = (0, 0, 1)
) -> Pose:
    """The pose of a camera at `place` that looks at `target`, its picture upright along `up`.

    Raises:
        ValueError: It stands on its target, or looks along `up`.
    """
    backward = np.asarray(place, float) - np.asarray(target, float)
    right = np.cross(up, backward)
    if np.linalg.norm(backward) < 1e-9 or np.linalg.norm(right) < 1e-9 * np.linalg.norm(backward):
        raise ValueError("a camera can stand neither on what it looks at nor straight above it; move it a little")
    backward /= np.linalg.norm(backward)
    right /= np.linalg.norm(right)
    pose = np.eye(4)
    pose[:3] = np.stack((right, np.cross(backward, right), backward, np.asarray(place, float)), 1)
    return pose
