"""From scene-linear light to a picture for an ordinary screen."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

_KNEE: Final = 0.75  # what is darker stays as it is


def tone_map(radiance: NDArray[np.float32], brightest: float | None = None) -> NDArray[np.uint8]:
    """Scene-linear BT.709 light (height, width, 3), 1 for diffuse white, as sRGB.

    Up to three quarters of diffuse white nothing changes; what is brighter is rolled off so that the picture's own
    brightest light is white, or the light `brightest` of all pictures of a scene.
    """
    mapped = roll_off(radiance, float(radiance.max(initial=0)) if brightest is None else brightest)
    srgb = np.where(mapped <= 0.0031308, mapped * 12.92, 1.055 * np.maximum(mapped, 0.0031308) ** (1 / 2.4) - 0.055)
    return np.asarray(np.round(srgb * 255), np.uint8)


def roll_off(radiance: NDArray[np.float32], brightest: float) -> NDArray[Any]:
    """The light of an ordinary screen, 0 to 1, linear; `brightest` becomes its white.

    The shoulder is that of Reinhard et al. 2002 with a white point. The roll-off is of the largest channel, so hues
    stay; the brightest lights then fade towards white, as a camera shows them. Pictures of one video have one
    `brightest`: with each its own, they flicker.
    """
    light = np.maximum(radiance, 0)
    peak = light.max(-1, keepdims=True)
    brightest = max(brightest, 1.0 + 1e-6)
    # With u above the knee and w for white: u (1 + u / w^2) / (1 + u) has slope 1 at the knee and reaches 1 at white.
    room = 1 - _KNEE
    u, w = np.maximum(peak - _KNEE, 0) / room, (brightest - _KNEE) / room
    rolled = np.where(peak > _KNEE, _KNEE + room * u * (1 + u / w**2) / (1 + u), peak)
    mapped = light * (rolled / np.maximum(peak, 1e-6))
    fade = np.clip((peak - 2) / 14, 0, 1) ** 1.5
    return np.asarray(np.clip(mapped + (rolled - mapped) * fade * 0.85, 0, 1))
