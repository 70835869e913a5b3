"""Light and its code as tensors that gradients pass through: the curve of `models.embedded_image.light`.

Code 0 to 1 is sRGB up to diffuse white; above it a logarithm reaches 40 times white at 1.39. Fields learn in this code,
so dark tones count as the eye counts them and what is brighter than white is not cut off.
"""

from math import log
from typing import Final

import numpy as np
import torch
from torch import Tensor

from models.embedded_image.light import BRIGHTEST, encode_light

HIGHEST: Final = (float(encode_light(np.array([BRIGHTEST], np.float32))[0]) + 1) / 2
"""The code of the brightest light."""
_PER_E: Final = (HIGHEST - 1) / log(BRIGHTEST)


def encode(light: Tensor) -> Tensor:
    """From scene-linear light, 0 to 40 (what lies outside is cut), to 0 to `HIGHEST`."""
    dark = light.clamp(0, 1)
    srgb = torch.where(dark <= 0.0031308, dark * 12.92, 1.055 * dark.clamp(min=0.0031308) ** (1 / 2.4) - 0.055)
    return srgb + _PER_E * light.clamp(1, BRIGHTEST).log()


def decode(code: Tensor) -> Tensor:
    """The inverse of `encode` for codes from 0 to `HIGHEST`."""
    srgb = code.clamp(0, 1)
    dark = torch.where(srgb <= 0.04045, srgb / 12.92, ((srgb.clamp(min=0.04045) + 0.055) / 1.055) ** 2.4)
    return dark * ((code.clamp(1, HIGHEST) - 1) / _PER_E).exp()
