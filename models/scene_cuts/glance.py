"""What is remembered of a picture to tell whether the next shows the same scene."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from models.embedded_image.light import encode_light
from models.hdr.radiance import checked

_WIDTH, _HEIGHT = 64, 36
_REACH: Final = 3, 6  # how many rows and columns of that a picture may move and still be recognised in full
_BINS: Final = 24
_FLAT: Final = 0.02  # of white: with less contrast there is no structure to compare
_CLEAR: Final = 0.15  # with that contrast a picture is clearly another than one without any
_BAND: Final = 1 << 19


@dataclass(frozen=True, eq=False)
class Glance:
    """A small copy and its histograms.

    Attributes:
        luma: (36, 64), as bright as it looks: 0 is black, 1 diffuse white.
        histogram: (3, 24), cumulated shares of the pixels' red, green and blue, as bright as they look.
    """

    luma: NDArray[np.float32]
    histogram: NDArray[np.float32]


def glance_at(frame: NDArray[np.float32]) -> Glance:
    """Look at a picture.

    Raises:
        NoLight: It is no picture of light.
    """
    small = _small(frame)
    unit = (encode_light(small) + 1) / 2
    levels = np.clip((unit * (_BINS / 1.4)).astype(np.int64), 0, _BINS - 1).reshape(-1, 3)
    counts = np.stack([np.bincount(channel, minlength=_BINS) for channel in levels.T])
    luma = np.asarray(unit @ np.array([0.2126, 0.7152, 0.0722], np.float32), np.float32)
    return Glance(luma, np.asarray(np.cumsum(counts, 1) / len(levels), np.float32))


def difference(one: Glance, other: Glance) -> float:
    """How much two pictures differ as scenes do: 0 not at all, 1 entirely.

    Half of it is structure, the correlation of both small copies where they fit best, which neither a change of light
    nor a small movement alters; half is colour, the distance of both histograms, which no movement alters.
    """
    return (_structure(one.luma, other.luma) + _colour(one, other)) / 2


def _small(frame: NDArray[np.float32]) -> NDArray[np.float32]:
    """Means in linear light, in bands, so that a picture of 8K is never copied whole."""
    height, width = frame.shape[:2] if frame.ndim == 3 else (1, 1)
    rows = max(1, _BAND // width)
    checked(frame[:1])
    narrow = np.empty((height, _WIDTH, 3), np.float32)
    for top in range(0, height, rows):
        band = checked(frame[top : top + rows])
        narrow[top : top + rows] = cv2.resize(band, (_WIDTH, len(band)), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(narrow, (_WIDTH, _HEIGHT), interpolation=cv2.INTER_AREA), np.float32)


def _structure(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    down, across = _REACH
    inner = one[down:-down, across:-across]
    contrast = sorted(float(each.std()) for each in (one, other))
    if contrast[0] < _FLAT or inner.std() == 0:
        # Out of nothing comes a scene, or a fade's first picture, in which there is little to see yet.
        return 0.0 if contrast[1] < _FLAT else min((contrast[1] / _CLEAR) ** 2, 1.0)
    best = float(cv2.matchTemplate(other, inner, cv2.TM_CCOEFF_NORMED).max())
    return 1 - min(max(best, 0.0), 1.0)


def _colour(one: Glance, other: Glance) -> float:
    """The mean distance that a pixel's brightness moved (earth mover's), a third of the range being all there is."""
    moved = float(np.abs(one.histogram - other.histogram).mean())
    return min(3 * moved, 1.0)
