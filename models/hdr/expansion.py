"""Light guessed from a picture for an ordinary screen: its shoulder undone, the smaller a highlight the brighter.

Inverse tone mapping in the manner of Banterle et al. 2006 (inverse of Reinhard's curve) with an expand map. It cannot
know what was cut off, so a result made by it is labelled as such.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from models.hdr.transfer import linear_of_srgb

METHOD: Final = "expansion"
_KNEE: Final = 0.75
_LAMP, _WALL = 14.0, 2.5  # how bright white may be where little of the picture is white, and where much is


def expand(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Scene-linear light of an sRGB picture (height, width, 3).

    Up to three quarters of white the light is the picture's own; above, it is raised by the inverse of Reinhard's
    curve, up to 14 times white where few pixels are that bright (a lamp, the sun), 2.5 times where many are (a wall).
    Where bright tones were cut off hard in place of rolled off, only what is fully white is raised.
    """
    light = linear_of_srgb(pixels.astype(np.float32) / 255).astype(np.float32)
    peak = light.max(-1, keepdims=True)
    raised = _without_shoulder(peak) if _has_shoulder(pixels) else _where_cut(peak)
    return np.asarray(light * (raised / np.maximum(peak, 1e-6)), np.float32)


def _has_shoulder(pixels: NDArray[np.uint8]) -> bool:
    """Whether bright tones were rolled off: then few pixels are fully white among those that are bright."""
    peak = pixels.max(-1)
    bright = int((peak >= 225).sum())  # three quarters of white
    return bright == 0 or int((peak == 255).sum()) < 0.35 * bright


def _without_shoulder(peak: NDArray[Any]) -> NDArray[Any]:
    white = _brightest(peak)
    room = 1 - _KNEE
    rolled = np.clip((peak - _KNEE) / room, 0, 1)
    w = (white - _KNEE) / room
    u = w**2 / 2 * (np.sqrt((1 - rolled) ** 2 + 4 * rolled / w**2) - (1 - rolled))
    return np.asarray(np.where(peak > _KNEE, _KNEE + room * u, peak))


def _where_cut(peak: NDArray[Any]) -> NDArray[Any]:
    """Hard-cut pictures keep all their tones; only what is fully white was brighter, by how much nobody knows."""
    return np.asarray(np.where(peak >= 0.999, np.sqrt(_brightest(peak)), peak))


def _brightest(peak: NDArray[Any]) -> float:
    """How bright the brightest light may have been, from how much of the picture is nearly white."""
    share = float((peak > 0.95).mean())
    return float(np.clip(_LAMP * (0.004 / max(share, 0.004)) ** 0.45, _WALL, _LAMP))
