"""Part of a picture in another size: exact, so that tiles are what the whole would be."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Box = tuple[float, float, float, float]  # left, top, right, bottom, in pixels of the source

_FILTERS: Final = {
    "lanczos": Image.Resampling.LANCZOS,
    "bicubic": Image.Resampling.BICUBIC,
    "mean": Image.Resampling.BOX,
}
REACH: Final = 3  # pixels to each side that a filter sees, of the larger of both sizes


def resample(picture: NDArray[np.float32], box: Box, width: int, height: int, filter_name: str) -> NDArray[np.float32]:
    """The part of a picture (h, w, 3) inside of the box as (height, width, 3); what lies around it is seen too."""
    left, top, right, bottom = box
    if (right - left, bottom - top) == (width, height) and all(side.is_integer() for side in map(float, box)):
        return picture[int(top) : int(bottom), int(left) : int(right)]
    return np.stack(
        [
            np.asarray(
                Image.fromarray(np.ascontiguousarray(picture[..., channel])).resize(
                    (width, height), _FILTERS[filter_name], box
                )
            )
            for channel in range(3)
        ],
        -1,
    )
