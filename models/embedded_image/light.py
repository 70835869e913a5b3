"""Light as the networks see it: sRGB's curve up to diffuse white, a logarithm above it.

Ordinary pictures lie from -1 to 1; a lamp of 40 times diffuse white lies at 1.78. As in hybrid log-gamma (BT.2100),
dark tones get the steps that the eye sees, and bright ones are not cut off.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

_WHITE: Final = 0.72
BRIGHTEST: Final = 40.0
_PER_E: Final = (1 - _WHITE) / np.log(BRIGHTEST)


def encode_light(radiance: NDArray[np.float32]) -> NDArray[np.float32]:
    """From scene-linear light, 0 to 40 (what is brighter is cut), to -1 to 1.78."""
    light = np.clip(radiance, 0, BRIGHTEST)
    dark = np.minimum(light, 1)
    srgb = np.where(dark <= 0.0031308, dark * 12.92, 1.055 * np.maximum(dark, 0.0031308) ** (1 / 2.4) - 0.055)
    code = _WHITE * srgb + _PER_E * np.log(np.maximum(light, 1))
    return np.asarray(code * (2 / _WHITE) - 1, np.float32)


def decode_light(code: NDArray[np.float32]) -> NDArray[np.float32]:
    """The inverse of `encode_light`; what lies outside its range is cut."""
    unit = np.clip((code + 1) * (_WHITE / 2), 0, 1)
    srgb = np.minimum(unit / _WHITE, 1)
    dark = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    return np.asarray(np.where(unit <= _WHITE, dark, np.exp((unit - _WHITE) / _PER_E)), np.float32)
