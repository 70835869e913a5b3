"""Where a move has the camera at one instant, and what is wrong with a move that cannot be made."""

from dataclasses import dataclass
from math import atan, degrees, isfinite, radians, tan
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.radiance_field.camera import Camera, Pose, look_at

Place = tuple[float, float, float]
FURTHEST: Final = 1e6
NARROWEST: Final = 0.5
WIDEST: Final = 170.0


class BrokenPath(ValueError):
    """No camera can take this path; the message says what to change."""


@dataclass(frozen=True, eq=False)
class View:
    """A camera without a picture's size.

    Attributes:
        pose: (4, 4) from camera to world.
        angle: Vertical angle of view in degrees.
        time: 0 to 1 within a moving scene, where the move says it; None leaves it to the path.
    """

    pose: Pose
    angle: float
    time: float | None = None

    def camera(self, width: int, height: int, time: float) -> Camera:
        """The camera of a picture of this size, its own time before the one given."""
        focal = height / 2 / tan(radians(self.angle) / 2)
        own = time if self.time is None else self.time
        return Camera(self.pose, width, height, (focal, focal), (width / 2, height / 2), time=own)


def nearer(angle: float, factor: float) -> float:
    """The angle of view in degrees of a lens with `factor` times the focal length."""
    return degrees(2 * atan(tan(radians(angle) / 2) / factor))


def aimed(place: NDArray[np.float64], target: Place) -> Pose:
    """An upright camera at a place that looks at a target.

    Raises:
        BrokenPath: It would stand on what it looks at, or straight above.
    """
    try:
        return look_at(place, np.array(target, float))
    except ValueError as error:
        raise BrokenPath(str(error)) from None


def check_place(place: Place, what: str) -> None:
    """Refuse what is no place in a scene.

    Raises:
        BrokenPath: Not three finite numbers within a million.
    """
    if not all(isfinite(part) and abs(part) <= FURTHEST for part in place):
        raise BrokenPath(f"{what} is three finite numbers, none beyond {FURTHEST:,.0f}")


def check_number(number: float, what: str, least: float, most: float) -> None:
    """Refuse a number out of bounds.

    Raises:
        BrokenPath: It is no number from `least` to `most`.
    """
    if not (isfinite(number) and least <= number <= most):
        raise BrokenPath(f"{what} is a number from {least:g} to {most:g}")


def check_angle(angle: float) -> None:
    """Refuse what is no angle of view.

    Raises:
        BrokenPath: It is not from half a degree to 170 degrees.
    """
    check_number(angle, "an angle of view in degrees", NARROWEST, WIDEST)
