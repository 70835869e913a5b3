"""A picture of a scene with the camera that took it: what a field learns from and is judged by."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.radiance_field.camera import Camera


@dataclass(frozen=True, eq=False)
class Picture:
    """One view in light.

    Attributes:
        light: (height, width, 4) scene-linear red, green and blue in BT.709, 1 is diffuse white, already multiplied by
            the fourth: how much of the pixel the scene covers, 0 to 1. All 1 where the background belongs to the scene.
    """

    camera: Camera
    light: NDArray[np.float32]
