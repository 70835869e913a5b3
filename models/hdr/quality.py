"""How alike two pictures of light look: PSNR on values that are even to the eye.

Mantiuk and Azimi 2021, "PU21: A novel perceptually uniform encoding for adapting existing quality metrics for HDR",
with the coefficients that its authors publish as `banding_glare`.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from models.hdr.radiance import WHITE_NITS, checked

_P: Final = (0.353487901, 0.3734658629, 8.277049286e-05, 0.9062562627, 0.09150303166, 0.9099517204, 596.3148142)
_DARKEST, _BRIGHTEST = 0.005, 10_000.0


def pu21(nits: NDArray[Any]) -> NDArray[np.float64]:
    """Even values of 0.005 to 10,000 cd/m2; 0 to about 595, and 256 near 100 cd/m2."""
    y = np.clip(nits, _DARKEST, _BRIGHTEST).astype(np.float64) ** _P[3]
    value = _P[6] * (((_P[0] + _P[1] * y) / (1 + _P[2] * y)) ** _P[4] - _P[5])
    return np.asarray(np.maximum(value, 0), np.float64)


def pu21_psnr(radiance: NDArray[Any], truth: NDArray[Any]) -> float:
    """Decibels between light and the true light, both shown with diffuse white at 203 cd/m2; infinite where equal.

    Raises:
        NoLight: One of them is no picture of light.
    """
    one, other = (pu21(checked(each) * WHITE_NITS) for each in (radiance, truth))
    error = float(np.mean((one - other) ** 2))
    return float("inf") if error == 0 else float(20 * np.log10(256) - 10 * np.log10(error))
