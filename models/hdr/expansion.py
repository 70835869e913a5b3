"""Light guessed from a picture for an ordinary screen: its shoulder undone, the smaller a highlight the brighter.

Inverse tone mapping in the manner of Banterle et al. 2006 (inverse of Reinhard's curve) with an expand map. It cannot
know what was cut off, so a result made by it is labelled as such.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from models.hdr.transfer import linear_of_srgb

METHOD: Final = "expansion"
_KNEE: Final = 0.75
_BRIGHT, _ALMOST_WHITE = 225, 250  # the codes of three quarters, and of 95 %, of white's light
_LAMP, _WALL = 14.0, 2.5  # how bright white may be where little of the picture is white, and where much is


@dataclass(frozen=True)
class BrightTones:
    """How many pixels are how bright, in a picture or in several: what one curve of expansion is made of.

    Attributes:
        pixels: All of them.
        bright: Those whose largest channel has three quarters of white's light.
        almost_white: Those that have 95 % of it.
        white: Those whose largest channel is 255.
    """

    pixels: int
    bright: int
    almost_white: int
    white: int

    def __add__(self, other: "BrightTones") -> "BrightTones":
        return BrightTones(
            self.pixels + other.pixels,
            self.bright + other.bright,
            self.almost_white + other.almost_white,
            self.white + other.white,
        )

    @property
    def have_shoulder(self) -> bool:
        """Whether bright tones were rolled off: then few pixels are fully white among those that are bright."""
        return self.bright == 0 or self.white < 0.35 * self.bright

    @property
    def brightest(self) -> float:
        """How bright the brightest light may have been, from how much is nearly white."""
        share = self.almost_white / max(self.pixels, 1)
        return float(np.clip(_LAMP * (0.004 / max(share, 0.004)) ** 0.45, _WALL, _LAMP))


def count_bright_tones(pixels: NDArray[np.uint8]) -> BrightTones:
    """Look at an sRGB picture (height, width, 3)."""
    peak = pixels.max(-1)
    return BrightTones(peak.size, *(int((peak >= code).sum()) for code in (_BRIGHT, _ALMOST_WHITE, 255)))


def expand(pixels: NDArray[np.uint8], tones: BrightTones | None = None) -> NDArray[np.float32]:
    """Scene-linear light of an sRGB picture (height, width, 3).

    Up to three quarters of white the light is the picture's own; above, it is raised by the inverse of Reinhard's
    curve, up to 14 times white where few pixels are that bright (a lamp, the sun), 2.5 times where many are (a wall).
    Where bright tones were cut off hard in place of rolled off, only what is fully white is raised.

    Args:
        pixels: The picture.
        tones: Of all pictures of a scene, so that they share one curve: with each its own, they flicker.
    """
    tones = count_bright_tones(pixels) if tones is None else tones
    light = linear_of_srgb(pixels.astype(np.float32) / 255).astype(np.float32)
    peak = light.max(-1, keepdims=True)
    raised = _without_shoulder(peak, tones.brightest) if tones.have_shoulder else _where_cut(peak, tones.brightest)
    return np.asarray(light * (raised / np.maximum(peak, 1e-6)), np.float32)


def _without_shoulder(peak: NDArray[Any], white: float) -> NDArray[Any]:
    room = 1 - _KNEE
    rolled = np.clip((peak - _KNEE) / room, 0, 1)
    w = (white - _KNEE) / room
    u = w**2 / 2 * (np.sqrt((1 - rolled) ** 2 + 4 * rolled / w**2) - (1 - rolled))
    return np.asarray(np.where(peak > _KNEE, _KNEE + room * u, peak))


def _where_cut(peak: NDArray[Any], white: float) -> NDArray[Any]:
    """Hard-cut pictures keep all their tones; only what is fully white was brighter, by how much nobody knows."""
    return np.asarray(np.where(peak >= 0.999, np.sqrt(white), peak))
