"""How bright a picture is: content light levels as HDR10 has them, and its range."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.hdr.radiance import WHITE_NITS, checked


@dataclass(frozen=True)
class LightLevels:
    """Measured light.

    Attributes:
        max_cll: The brightest pixel's largest channel in cd/m2 (MaxCLL, CTA-861.3 annex P).
        max_fall: The mean of the pixels' largest channels in cd/m2 (MaxFALL; a picture is one frame).
        stops: Powers of two between the brightest and the darkest, a thousandth of the pixels left out at each end.
        above_white: Share of the pixels that are brighter than diffuse white.
    """

    max_cll: float
    max_fall: float
    stops: float
    above_white: float


def measure_light(radiance: NDArray[Any]) -> LightLevels:
    """Measure a picture.

    Raises:
        NoLight: It is no picture of light.
    """
    brightest = checked(radiance).max(-1).astype(np.float64)
    low, high = np.quantile(brightest, (0.001, 0.999))
    return LightLevels(
        max_cll=float(brightest.max() * WHITE_NITS),
        max_fall=float(brightest.mean() * WHITE_NITS),
        # 1e-4 of diffuse white is 0.02 cd/m2, darker than a screen shows.
        stops=float(np.log2(max(high, 1e-4) / max(low, 1e-4))),
        above_white=float((brightest > 1).mean()),
    )
