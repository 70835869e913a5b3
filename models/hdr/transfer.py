"""Transfer functions and primaries: sRGB (IEC 61966-2-1), PQ (SMPTE ST 2084), BT.709 and BT.2020 (BT.2087)."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Values = NDArray[Any]  # floating point

_M1, _M2 = 2610 / 16384, 2523 / 4096 * 128
_C1, _C2, _C3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
_PQ_PEAK: Final = 10_000.0

# Row vectors times these: ITU-R BT.2087-0, section 2.
BT2020_OF_BT709: Final = np.array(
    [[0.627404, 0.069097, 0.016391], [0.329283, 0.919540, 0.088013], [0.043313, 0.011362, 0.895595]], np.float64
)
BT709_OF_BT2020: Final = np.linalg.inv(BT2020_OF_BT709)


def srgb_of_linear(light: Values) -> Values:
    """Code values 0 to 1 of light; outside of 0 to 1 it is cut."""
    cut = np.clip(light, 0, 1)
    return np.where(cut <= 0.0031308, cut * 12.92, 1.055 * np.maximum(cut, 0.0031308) ** (1 / 2.4) - 0.055)


def linear_of_srgb(code: Values) -> Values:
    """Light of code values 0 to 1."""
    return np.where(code <= 0.04045, code / 12.92, ((np.maximum(code, 0.04045) + 0.055) / 1.055) ** 2.4)


def pq_of_nits(nits: Values) -> Values:
    """PQ code values 0 to 1 of 0 to 10,000 cd/m2; what is brighter is cut."""
    power = (np.clip(nits, 0, _PQ_PEAK) / _PQ_PEAK) ** _M1
    return np.asarray(((_C1 + _C2 * power) / (1 + _C3 * power)) ** _M2)


def nits_of_pq(code: Values) -> Values:
    """cd/m2 of PQ code values 0 to 1."""
    power = np.clip(code, 0, 1) ** (1 / _M2)
    return np.asarray(_PQ_PEAK * (np.maximum(power - _C1, 0) / (_C2 - _C3 * power)) ** (1 / _M1))
