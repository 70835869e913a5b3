"""A smooth path through keyframes: places by Catmull and Rom, rotations by a rotation spline, both scipy's."""

from dataclasses import dataclass
from functools import cached_property
from math import isfinite
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicHermiteSpline, PchipInterpolator
from scipy.spatial.transform import Rotation, RotationSpline, Slerp

from models.radiance_field.camera import Pose
from models.radiance_field.paths.view import BrokenPath, Place, View, aimed, check_angle, check_number, check_place

MOST_KEYFRAMES: Final = 10_000
_BEFORE: Final = 8  # keyframes that a closed path is continued by at both ends, so that its seam is smooth too


@dataclass(frozen=True, eq=False)
class Keyframe:
    """A view that the path goes through.

    Attributes:
        pose: (4, 4) from camera to world.
        angle: Vertical angle of view in degrees.
        time: 0 to 1 within a moving scene; None leaves it to the path.
    """

    pose: Pose
    angle: float = 40.0
    time: float | None = None

    def __post_init__(self) -> None:
        """Refuse what is no view.

        Raises:
            BrokenPath: The pose is no pose, or a number is out of bounds.
        """
        if np.shape(self.pose) != (4, 4) or not np.isfinite(self.pose).all():
            raise BrokenPath("a keyframe's pose is a matrix of 4 x 4 finite numbers")
        x, y, z = (float(part) for part in self.pose[:3, 3])
        check_place((x, y, z), "a keyframe's place")
        axes = self.pose[:3, :3]
        if np.abs(axes.T @ axes - np.eye(3)).max() > 1e-3 or np.linalg.det(axes) < 0:
            raise BrokenPath("a keyframe's axes are of length 1, at right angles, and do not mirror the scene")
        check_angle(self.angle)
        if self.time is not None:
            check_number(self.time, "a keyframe's time", 0, 1)

    @classmethod
    def looking(cls, place: Place, target: Place, angle: float = 40.0, time: float | None = None) -> "Keyframe":
        """An upright keyframe by where it stands and what it looks at."""
        check_place(place, "a keyframe's place")
        check_place(target, "a keyframe's target")
        return cls(aimed(np.array(place, float), target), angle, time)


@dataclass(frozen=True, eq=False)
class Spline:
    """Through keyframes, in order.

    Attributes:
        shares: When each is reached, rising from 0 to 1 (a closed path comes back to the first at 1, so its last is
            below); None spreads them evenly.
        turning: "smooth" turns without a jerk at the keyframes, "slerp" the shortest way from each to the next.
    """

    keyframes: tuple[Keyframe, ...]
    shares: tuple[float, ...] | None = None
    closed: bool = False
    turning: Literal["smooth", "slerp"] = "smooth"

    def __post_init__(self) -> None:
        """Refuse what no curve goes through.

        Raises:
            BrokenPath: Too few or too many keyframes, shares that do not rise, or only some of the times.
        """
        if not 2 <= len(self.keyframes) <= MOST_KEYFRAMES:
            raise BrokenPath(
                f"a spline goes through 2 to {MOST_KEYFRAMES:,} keyframes, this has {len(self.keyframes):,}"
            )
        if len({keyframe.time is None for keyframe in self.keyframes}) > 1:
            raise BrokenPath("either every keyframe has a time or none has")
        if self.shares is not None:
            rising = all(isfinite(s) for s in self.shares) and bool((np.diff(self.shares) > 1e-9).all())
            last = self.shares[-1] < 1 if self.closed else self.shares[-1] == 1
            if len(self.shares) != len(self.keyframes) or not rising or self.shares[0] != 0 or not last:
                raise BrokenPath("shares are as many as keyframes and rise from 0 to 1 (below 1 where the path closes)")

    @property
    def closes(self) -> bool:
        """Whether it ends where it began."""
        return self.closed

    def at(self, share: float) -> View:
        """The view at a share of the way, 0 to 1."""
        pose = np.eye(4)
        pose[:3, :3] = self._rotations(share).as_matrix()
        pose[:3, 3] = self._places(share)
        angle = float(np.degrees(2 * np.arctan(np.exp(-self._focals(share)))))
        return View(pose, angle, None if self._times is None else float(self._times(share)))

    @cached_property
    def _order(self) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
        """Shares and numbers of the keyframes, a closed path's continued at both ends."""
        count = len(self.keyframes)
        shares = np.linspace(0, 1, count, endpoint=not self.closed) if self.shares is None else np.array(self.shares)
        if not self.closed:
            return shares, np.arange(count)
        numbers = np.arange(-_BEFORE, count + _BEFORE + 1)
        return shares[numbers % count] + numbers // count, numbers % count

    @cached_property
    def _places(self) -> CubicHermiteSpline:
        shares, numbers = self._order
        places = np.array([self.keyframes[number].pose[:3, 3] for number in numbers])
        slopes = np.empty_like(places)
        slopes[1:-1] = (places[2:] - places[:-2]) / (shares[2:] - shares[:-2])[:, None]
        slopes[0] = (places[1] - places[0]) / (shares[1] - shares[0])
        slopes[-1] = (places[-1] - places[-2]) / (shares[-1] - shares[-2])
        return CubicHermiteSpline(shares, places, slopes)

    @cached_property
    def _rotations(self) -> RotationSpline | Slerp:
        shares, numbers = self._order
        turned = Rotation.from_matrix(np.array([self.keyframes[number].pose[:3, :3] for number in numbers]))
        return RotationSpline(shares, turned) if self.turning == "smooth" else Slerp(shares, turned)

    @cached_property
    def _focals(self) -> PchipInterpolator:
        """The logarithm of the focal length: a zoom at an even pace, which never overshoots."""
        shares, numbers = self._order
        angles = np.array([self.keyframes[number].angle for number in numbers])
        return PchipInterpolator(shares, -np.log(np.tan(np.radians(angles) / 2)))

    @cached_property
    def _times(self) -> PchipInterpolator | None:
        shares, numbers = self._order
        times = [self.keyframes[number].time for number in numbers]
        return None if times[0] is None else PchipInterpolator(shares, np.array(times, float))
