"""Light in BT.2020's primaries, one plane a colour.

Written out instead of a matrix product: the linear algebra library splits so narrow a product among threads that wait
for each other, which on a busy machine took ten times as long.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.hdr.transfer import BT2020_OF_BT709

_MATRIX: Final = BT2020_OF_BT709.astype(np.float32)
Planes = tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]


def bt2020_planes(light: NDArray[np.float32]) -> Planes:
    """Red, green and blue (height, width) of linear BT.709 light (height, width, 3), in the same unit."""
    channels = [np.ascontiguousarray(light[..., channel]) for channel in range(3)]
    red, green, blue = (
        channels[0] * column[0] + channels[1] * column[1] + channels[2] * column[2] for column in _MATRIX.T
    )
    return red, green, blue
