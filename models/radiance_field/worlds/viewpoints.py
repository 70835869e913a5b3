"""Cameras all around a world, to learn it from and to be judged by."""

from math import pi, sqrt
from typing import Final

import numpy as np

from models.radiance_field.camera import Camera, look_at
from models.radiance_field.worlds.world import World

_GOLDEN: Final = pi * (3 - sqrt(5))


def viewpoints(
    world: World,
    count: int,
    side: int = 80,
    *,
    held_out: bool = False,
    low: float = 12.0,
    high: float = 70.0,
    field_of_view: float = 42.0,
) -> list[Camera]:
    """Cameras evenly over a dome around a world, all looking at its centre (a spiral by the golden angle).

    Args:
        side: Width and height in pixels.
        held_out: Others, that lie between those to learn from.
        low: Lowest elevation in degrees above the centre's level.
        high: Highest, below 90.
        field_of_view: In degrees; the whole world is within it.

    Returns:
        In a moving world each camera has a time of its own, spread evenly over 0 to 1 and unrelated to its place.

    Raises:
        ValueError: No camera is asked for, or the dome has no height.
    """
    if count < 1 or not -89 <= low < high <= 89:
        raise ValueError("a dome has at least one camera and elevations from -89 to 89 degrees, low below high")
    distance = world.radius / np.sin(np.radians(field_of_view) / 2) * 0.94
    centre, shift = np.array(world.centre), 0.5 if held_out else 0.0
    heights = np.sin(np.radians([low, high]))
    cameras = []
    for number in range(count):
        share = (number + 0.5) / count
        z = heights[0] + (heights[1] - heights[0]) * share
        turn = _GOLDEN * (number + shift) + (1.0 if held_out else 0.0)
        flat = sqrt(1 - z * z)
        place = centre + distance * np.array([flat * np.cos(turn), flat * np.sin(turn), z])
        # Times by another irrational, so that a time is seen from many sides.
        time = ((number + shift) * sqrt(2)) % 1 if world.moves else 0.0
        cameras.append(Camera.of_angle(look_at(place, centre), side, side, field_of_view, time))
    return cameras
