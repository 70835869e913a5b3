"""How a solid moves and changes while a world's time goes from 0 to 1."""

from dataclasses import dataclass
from math import cos, pi, sin

import numpy as np
from numpy.typing import NDArray

from models.radiance_field.worlds.material import Colour

Place = tuple[float, float, float]


@dataclass(frozen=True)
class Motion:
    """Everything that can change, each 0 or None for what does not. Whole turns make a world that repeats.

    Attributes:
        orbits: Turns around the world's upright axis, counted from above against the clock.
        bob: Height of a swing up and down, `swings` times.
        bounce: Height of the bounces from where it stands, `swings` times.
        swings: How often it bobs, bounces or pulses.
        spins: Turns about its own upright axis.
        tumbles: Turns about its own x axis.
        pulse: 0 to 1: how far its size swings.
        drift: By how much it has moved when time is 1.
        towards: The colour that it has half way through; it has its own again at the end.
    """

    orbits: float = 0.0
    bob: float = 0.0
    bounce: float = 0.0
    swings: int = 1
    spins: float = 0.0
    tumbles: float = 0.0
    pulse: float = 0.0
    drift: Place = (0.0, 0.0, 0.0)
    towards: Colour | None = None

    @property
    def repeats(self) -> bool:
        """Whether time 1 looks like time 0."""
        return not any(self.drift) and all(
            float(turns).is_integer() for turns in (self.orbits, self.spins, self.tumbles)
        )

    @property
    def still(self) -> bool:
        """Whether nothing changes."""
        return self == Motion(swings=self.swings)

    def place(self, start: Place, time: float) -> Place:
        """Where what stood at `start` is."""
        turn = 2 * pi * self.orbits * time
        x, y, z = start
        swing = sin(2 * pi * self.swings * time)
        z += self.bob * swing + self.bounce * (1 - (2 * ((self.swings * time) % 1) - 1) ** 2)
        x, y = x * cos(turn) - y * sin(turn), x * sin(turn) + y * cos(turn)
        return x + self.drift[0] * time, y + self.drift[1] * time, z + self.drift[2] * time

    def rotation(self, start: tuple[float, float], time: float) -> NDArray[np.float64]:
        """(3, 3) from its own axes to the world's, of what was turned by `start` (about z, then about x)."""
        about_z = start[0] + 2 * pi * (self.spins + self.orbits) * time
        about_x = start[1] + 2 * pi * self.tumbles * time
        z = np.array([[cos(about_z), -sin(about_z), 0], [sin(about_z), cos(about_z), 0], [0, 0, 1]])
        x = np.array([[1, 0, 0], [0, cos(about_x), -sin(about_x)], [0, sin(about_x), cos(about_x)]])
        return np.asarray(z @ x)

    def scale(self, time: float) -> float:
        """How large it is, in multiples of its own size."""
        return 1 + self.pulse * sin(2 * pi * self.swings * time)

    def colour(self, own: Colour, time: float) -> Colour:
        """Its colour now."""
        if self.towards is None:
            return own
        share = 0.5 - 0.5 * cos(2 * pi * time)
        r, g, b = (a + (c - a) * share for a, c in zip(own, self.towards, strict=True))
        return r, g, b


STILL = Motion()
