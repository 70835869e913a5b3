"""Code values of light, looked up instead of computed: a picture of 8K has a hundred million of them.

The table is indexed by the upper bits of a number's float32 form, so that its steps are relative, as PQ's are: it is
within a fiftieth of a ten-bit code of the formula, at a tenth of its time.
"""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

_DROPPED: Final = 11  # of 23 bits of the fraction
_DARKEST: Final = np.float32(2.0**-32)  # of the brightest; PQ's first code is brighter


class TransferTable:
    """A function of light from 0 to `brightest`; what is beyond has its value there."""

    def __init__(self, function: Callable[[NDArray[Any]], NDArray[Any]], brightest: float) -> None:
        self._least = np.float32(brightest) * _DARKEST
        self._most = np.float32(brightest)
        self._base = int(self._least.view(np.uint32)) >> _DROPPED
        last = int(self._most.view(np.uint32)) >> _DROPPED
        bits = (np.arange(self._base, last + 1, dtype=np.uint32) << _DROPPED) + (1 << (_DROPPED - 1))
        light = np.minimum(bits.astype(np.uint32).view(np.float32), self._most).astype(np.float64)
        light[0], light[-1] = 0.0, brightest  # both ends exact
        self._values = function(light).astype(np.float32)

    def __call__(self, light: NDArray[np.float32]) -> NDArray[np.float32]:
        """Values of the same shape."""
        cut = np.clip(light, self._least, self._most)
        return np.take(self._values, (cut.view(np.uint32) >> _DROPPED) - self._base)
