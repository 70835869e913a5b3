"""Moves around a subject, towards it and past it."""

from dataclasses import dataclass
from math import cos, radians, sin, tau

import numpy as np

from models.radiance_field.paths.view import (
    BrokenPath,
    Place,
    View,
    aimed,
    check_angle,
    check_number,
    check_place,
    nearer,
)


@dataclass(frozen=True)
class Orbit:
    """Around a centre that stays in the middle of the picture.

    Attributes:
        turns: How often around, against the clock seen from above; below 0 for the other way. 0 only rises.
        elevation: Degrees above the centre's level at the start.
        elevation_end: At the end; None for the same.
        distance_end: Distance at the end, for a spiral; None for the same.
        start: Where it starts, in degrees from x to y.
        angle: Vertical angle of view in degrees.
    """

    centre: Place = (0.0, 0.0, 0.0)
    distance: float = 4.0
    turns: float = 1.0
    elevation: float = 25.0
    elevation_end: float | None = None
    distance_end: float | None = None
    start: float = 0.0
    angle: float = 40.0

    def __post_init__(self) -> None:
        """Refuse what is no orbit.

        Raises:
            BrokenPath: A number is out of bounds.
        """
        check_place(self.centre, "an orbit's centre")
        for distance in (self.distance, self._distance_end):
            check_number(distance, "an orbit's distance", 1e-3, 1e5)
        for elevation in (self.elevation, self._elevation_end):
            check_number(elevation, "an elevation in degrees", -89, 89)
        check_number(self.turns, "an orbit's turns", -100, 100)
        check_number(self.start, "an orbit's start in degrees", -3600, 3600)
        check_angle(self.angle)

    @property
    def _distance_end(self) -> float:
        return self.distance if self.distance_end is None else self.distance_end

    @property
    def _elevation_end(self) -> float:
        return self.elevation if self.elevation_end is None else self.elevation_end

    @property
    def closes(self) -> bool:
        """Whether it ends where it began."""
        same = self._distance_end == self.distance and self._elevation_end == self.elevation
        return same and self.turns != 0 and float(self.turns).is_integer()

    def at(self, share: float) -> View:
        """The view at a share of the way, 0 to 1."""
        around = radians(self.start) + tau * self.turns * share
        up = radians(self.elevation + (self._elevation_end - self.elevation) * share)
        distance = self.distance + (self._distance_end - self.distance) * share
        outward = np.array([cos(around) * cos(up), sin(around) * cos(up), sin(up)])
        return View(aimed(np.array(self.centre) + distance * outward, self.centre), self.angle)


@dataclass(frozen=True)
class Dolly:
    """Along a straight line.

    Attributes:
        target: What stays in the middle of the picture; None looks ahead, along the line.
        angle: Vertical angle of view in degrees.
    """

    start: Place
    end: Place
    target: Place | None = None
    angle: float = 40.0

    def __post_init__(self) -> None:
        """Refuse what is no dolly.

        Raises:
            BrokenPath: A number is out of bounds, or it stays where it is with nothing to look at.
        """
        check_place(self.start, "a dolly's start")
        check_place(self.end, "a dolly's end")
        if self.target is not None:
            check_place(self.target, "a dolly's target")
        elif np.linalg.norm(np.subtract(self.end, self.start)) < 1e-9:
            raise BrokenPath("a dolly that stays where it is needs a target to look at")
        check_angle(self.angle)

    @property
    def closes(self) -> bool:
        """A line does not."""
        return False

    def at(self, share: float) -> View:
        """The view at a share of the way, 0 to 1."""
        start, end = np.array(self.start, float), np.array(self.end, float)
        place = start + (end - start) * share
        x, y, z = place + (end - start)
        return View(aimed(place, (float(x), float(y), float(z)) if self.target is None else self.target), self.angle)


@dataclass(frozen=True)
class DollyZoom:
    """Towards or away from a subject that keeps its size while what is behind it grows or shrinks (Hitchcock's).

    Attributes:
        end_distance: From the subject, at the end; the start says where the camera comes from.
        angle: Vertical angle of view at the start, in degrees.
    """

    start: Place
    target: Place = (0.0, 0.0, 0.0)
    end_distance: float = 2.0
    angle: float = 40.0

    def __post_init__(self) -> None:
        """Refuse what is no dolly zoom.

        Raises:
            BrokenPath: A number is out of bounds, the start is the subject, or the lens would get wider than there is.
        """
        check_place(self.start, "a dolly zoom's start")
        check_place(self.target, "a dolly zoom's target")
        check_number(self.end_distance, "a dolly zoom's distance at the end", 1e-3, 1e5)
        check_angle(self.angle)
        if self._distance < 1e-6:
            raise BrokenPath("a dolly zoom starts away from its target; move its start")
        check_angle(self.at(1.0).angle)

    @property
    def _distance(self) -> float:
        return float(np.linalg.norm(np.subtract(self.start, self.target)))

    @property
    def closes(self) -> bool:
        """A line does not."""
        return False

    def at(self, share: float) -> View:
        """The view at a share of the way, 0 to 1."""
        target, began = np.array(self.target, float), self._distance
        now = began + (self.end_distance - began) * share
        place = target + (np.array(self.start, float) - target) * (now / began)
        return View(aimed(place, self.target), nearer(self.angle, now / began))
