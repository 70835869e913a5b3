"""A hand that holds the camera: band-limited noise in place and direction, the same for the same seed."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from models.radiance_field.camera import Pose
from models.radiance_field.paths.view import BrokenPath, check_number

_WAVES: Final = 6


@dataclass(frozen=True)
class Shake:
    """How a camera shakes.

    Attributes:
        degrees: Of turning, root mean square about each axis.
        distance: Of moving, root mean square along each axis, in the scene's units.
        slowest: Lowest frequency, in cycles over the whole path; whole numbers, so that a path that closes still does.
        fastest: Highest, likewise.
    """

    degrees: float = 0.4
    distance: float = 0.01
    slowest: int = 2
    fastest: int = 9
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse what is no shake.

        Raises:
            BrokenPath: A number is out of bounds.
        """
        check_number(self.degrees, "a shake in degrees", 0, 20)
        check_number(self.distance, "a shake's distance", 0, 1e4)
        if not 1 <= self.slowest <= self.fastest <= 10_000 or self.seed < 0:
            raise BrokenPath(
                "a shake's frequencies are whole numbers from 1 to 10,000, slowest first, its seed not below 0"
            )

    def shaken(self, pose: Pose, share: float) -> Pose:
        """The pose as it is at a share of the path, moved and turned about the camera's own axes."""
        frequencies, phases = self._waves
        # Waves of one height: their sum's root mean square is 1.
        noise = np.sin(2 * np.pi * (frequencies * share + phases)).sum(-1) * np.sqrt(2 / _WAVES)
        moved = np.eye(4)
        moved[:3, :3] = Rotation.from_rotvec(np.radians(self.degrees) * noise[:3]).as_matrix()
        moved[:3, 3] = self.distance * noise[3:]
        return np.asarray(pose @ moved)

    @cached_property
    def _waves(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        chance = np.random.default_rng(self.seed)
        frequencies = chance.integers(self.slowest, self.fastest + 1, (6, _WAVES)).astype(float)
        return frequencies, chance.random((6, _WAVES))
