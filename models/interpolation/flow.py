"""How far every pixel moves: dense inverse search (Kroeger et al. 2016, arXiv 1603.03590)."""

from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from models.embedded_image.light import encode_light
from models.hdr.radiance import checked

Flow = NDArray[np.float32]  # (h, w, 2): to the right and down, in pixels of the picture it was found in

# Larger pictures are made smaller first: on a disc that moves by 52 pixels at 1920 x 1080, that cost 2 of 46 dB and
# saved three quarters of the time. Edges of motion are up to 2 pixels coarser there.
_LONG_SIDE, _SHORT_SIDE = 960, 540
_PATCH: Final = 12
_SMALLEST: Final = 2 * _PATCH
_BAND: Final = 1 << 19


def small_copy(frame: NDArray[np.float32]) -> NDArray[np.uint8]:
    """How bright a picture looks, (h, w), at most 960 x 540 (or upright): what motion is searched in.

    Light is always encoded alike, not by what the picture holds: a pair gives the same flow wherever it is computed.

    Raises:
        NoLight: It is no picture of light.
    """
    height, width = frame.shape[:2]
    scale = min(1.0, _LONG_SIDE / max(height, width), _SHORT_SIDE / min(height, width))
    luma = np.empty((height, width), np.float32)
    rows = max(1, _BAND // width)
    for top in range(0, height, rows):
        code = encode_light(checked(frame[top : top + rows]))
        luma[top : top + rows] = code @ np.array([0.2126, 0.7152, 0.0722], np.float32)
    if scale < 1:
        size = max(1, round(width * scale)), max(1, round(height * scale))
        luma = np.asarray(cv2.resize(luma, size, interpolation=cv2.INTER_AREA), np.float32)
    # -1, black, is 0; diffuse white 184; forty times that 255.
    return np.asarray(np.clip(np.rint((luma + 1) * np.float32(92)), 0, 255), np.uint8)


def optical_flow(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> Flow:
    """Where each pixel of the first is in the second. Both are small copies of one size."""
    if min(first.shape) < _SMALLEST:  # the search has no room
        return np.zeros((*first.shape, 2), np.float32)
    search: Any = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    search.setFinestScale(0)
    search.setPatchSize(_PATCH)
    search.setPatchStride(_PATCH // 3)
    return np.asarray(search.calc(first, second, None), np.float32)
