"""Where light comes from: the sun or the moon, and the sky around, by the time of day."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.radiance_field.worlds.material import Colour, scattered


@dataclass(frozen=True)
class Daylight:
    """Light on a world, 1 is diffuse white.

    Attributes:
        towards: Unit vector to the sun or the moon.
        sun: Light that it lays on a surface that faces it.
        zenith: The sky's light overhead.
        horizon: The sky's light at the horizon.
        softness: Tangent of the angle that the sun's disc has for shadows; the real sun's is 0.0047.
        disc: How bright the sun's or moon's disc itself is; a screen shows what it can of it.
        stars: Whether there are any.
    """

    towards: tuple[float, float, float]
    sun: Colour
    zenith: Colour
    horizon: Colour
    softness: float = 0.06
    disc: float = 60.0
    stars: bool = False

    def sky(self, directions: NDArray[np.float32]) -> NDArray[np.float32]:
        """The light (n, 3) that comes from directions (n, 3), as seen by an eye."""
        light = self.ambient(directions)
        facing = np.maximum(directions @ np.array(self.towards, np.float32), 0)
        colour = np.array(self.sun, np.float32) / max(self.sun)
        halo = 0.35 * facing**24 + 1.1 * facing**220 + self.disc * np.clip((facing - 0.9987) / 4e-4, 0, 1)
        strength = max(self.sun)
        light = light + (halo * min(1.0, strength))[:, None] * colour * (directions[:, 2:] > -0.02)
        if self.stars:
            light = light + _stars(directions)[:, None]
        return np.asarray(light, np.float32)

    def ambient(self, directions: NDArray[np.float32]) -> NDArray[np.float32]:
        """The sky's light (n, 3) from directions (n, 3), without sun and stars; below the horizon mirrored."""
        up = np.minimum(np.abs(directions[:, 2:]), 1) ** 0.5
        return np.asarray(np.array(self.horizon) * (1 - up) + np.array(self.zenith) * up, np.float32)


def _stars(directions: NDArray[np.float32]) -> NDArray[np.float32]:
    cells = np.floor(directions * 90)
    chance = scattered(cells[:, 0], cells[:, 1], cells[:, 2])
    near = np.abs(directions * 90 - cells - 0.5).max(-1) < 0.25
    return np.where(near & (directions[:, 2] > 0.02) & (chance > 0.985), 3.0 * (chance - 0.985) / 0.015, 0)


def _unit(x: float, y: float, z: float) -> tuple[float, float, float]:
    length = float(np.sqrt(x * x + y * y + z * z))
    return x / length, y / length, z / length


TIMES: Final = {
    "day": Daylight(_unit(0.55, -0.5, 0.85), (1.05, 0.98, 0.86), (0.10, 0.24, 0.62), (0.58, 0.70, 0.84)),
    "dawn": Daylight(_unit(0.8, 0.35, 0.34), (1.0, 0.66, 0.48), (0.20, 0.26, 0.46), (0.86, 0.56, 0.46), 0.09),
    "sunset": Daylight(_unit(-0.75, 0.5, 0.25), (1.15, 0.52, 0.22), (0.14, 0.15, 0.38), (0.95, 0.40, 0.18), 0.09),
    "night": Daylight(
        _unit(-0.4, 0.5, 0.75), (0.15, 0.19, 0.28), (0.012, 0.018, 0.05), (0.05, 0.058, 0.115), 0.06, 8.0, stars=True
    ),
}
"""The same words as the embedded image model's scenes have."""
