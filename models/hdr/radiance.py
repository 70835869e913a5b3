"""What counts as light: finite, not negative, a picture."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

WHITE_NITS: Final = 203.0  # diffuse white, ITU-R BT.2408
LARGEST: Final = 8192


class NoLight(ValueError):
    """The array is no picture of light; the message says why."""


def checked(radiance: NDArray[Any]) -> NDArray[np.float32]:
    """The picture as float32; tiny negative values, as resampling makes them, become 0.

    Raises:
        NoLight: Its shape is not (height, width, 3) with 1 to 8192 a side, or a value is NaN, infinite or below -0.05.
    """
    if radiance.ndim != 3 or radiance.shape[2] != 3:
        raise NoLight(f"light has the shape (height, width, 3), this has {radiance.shape}")
    if not 1 <= min(radiance.shape[:2]) <= max(radiance.shape[:2]) <= LARGEST:
        raise NoLight(f"a side has 1 to {LARGEST} pixels, this picture {radiance.shape[1]} x {radiance.shape[0]}")
    light = radiance.astype(np.float32)
    if not np.isfinite(light).all():
        raise NoLight("some of the light is not a finite number")
    if light.min() < -0.05:
        raise NoLight(f"light is not negative; the least here is {light.min():.3f}")
    return np.maximum(light, 0)
