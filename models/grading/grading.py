"""A grade laid over light."""

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.grading.grade import Grade
from models.hdr.radiance import checked
from models.styles.colour import saturated
from models.styles.neighbourhood import luma

Light = NDArray[np.float32]

_GREY: Final = np.float32(0.18)
_TEMPERATURE: Final = np.array([0.35, 0.0, -0.35], np.float32)  # as the styles of single pictures have it
_TINT: Final = np.array([0.12, -0.2, 0.12], np.float32)
_BAND: Final = 1 << 19  # pixels graded together: a picture of 8K has 400 MB


def graded(frames: Iterable[Light], grade: Grade) -> Iterator[Light]:
    """Every picture as `grade_frame` gives it, one by one."""
    return (grade_frame(frame, grade) for frame in frames)


def grade_frame(frame: Light, grade: Grade) -> Light:
    """Scene-linear light (height, width, 3) as graded; not negative, not cut off.

    Raises:
        NoLight: It is no picture of light.
    """
    checked(frame[:1])
    if grade == Grade():
        return frame
    found = np.empty(frame.shape, np.float32)
    rows = max(1, _BAND // frame.shape[1])
    for top in range(0, len(frame), rows):
        found[top : top + rows] = _graded(checked(frame[top : top + rows]), grade)
    return found


def _graded(light: Light, grade: Grade) -> Light:
    gains = np.exp(_TEMPERATURE * np.float32(grade.temperature) + _TINT * np.float32(grade.tint))
    light = np.asarray(light * (gains * np.float32(2**grade.exposure)), np.float32)
    if grade.saturation != 1:
        light = np.asarray(np.maximum(saturated(light, grade.saturation), 0), np.float32)
    if grade.contrast != 1:
        bright = np.clip(luma(light), np.float32(1e-6), 1)
        light = np.asarray(light * ((bright / _GREY) ** np.float32(grade.contrast - 1))[..., None], np.float32)
    if grade.lift:
        light = np.asarray(light + np.float32(grade.lift) * np.maximum(1 - light, 0), np.float32)
    return light
