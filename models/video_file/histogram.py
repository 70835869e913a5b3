"""How often each brightness occurs, small enough to be sent from one process to another.

The unit is ST 2094-40's, a tenth of a cd/m2, from 0 to 100,000. Up to 204.7 cd/m2 every value has its own count;
above, 1024 counts share an octave, so that a value is known to a two-thousandth.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

LARGEST: Final = 100_000
_FINE, _AN_OCTAVE = 2048, 1024

Counts = NDArray[np.int64]


def _edges() -> Counts:
    """The least value of each bin."""
    starts = [np.arange(_FINE)]
    width = 2
    while _FINE * width // 2 <= LARGEST:
        starts.append(_FINE * width // 2 + width * np.arange(_AN_OCTAVE))
        width *= 2
    joined = np.concatenate(starts)
    return np.asarray(joined[joined <= LARGEST], np.int64)


_STARTS: Final = _edges()
BINS: Final = len(_STARTS)
_MIDDLES: Final = np.minimum((_STARTS + np.append(_STARTS[1:], LARGEST + 1) - 1) // 2, LARGEST)


def fold(counts: Counts) -> tuple[int, ...]:
    """Counts for all 100,001 values as counts for bins; zeros at the end are left out."""
    bins = np.add.reduceat(counts, _STARTS)
    used = np.flatnonzero(bins)
    return tuple(int(each) for each in bins[: used[-1] + 1]) if used.size else ()


def add(parts: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    """The bins of several pictures together."""
    total = np.zeros(max((len(part) for part in parts), default=0), np.int64)
    for part in parts:
        total[: len(part)] += np.asarray(part, np.int64)
    return tuple(int(each) for each in total)


def percentiles(bins: Sequence[int] | NDArray[Any], percents: Sequence[float]) -> tuple[int, ...]:
    """The values that these percentages of the pixels do not exceed.

    Args:
        bins: Counts of bins, or of all 100,001 values: then the answer is exact.
        percents: 0 to 100.
    """
    counts = np.asarray(bins, np.int64)
    total = np.cumsum(counts)
    if not total.size or total[-1] == 0:
        return tuple(0 for _ in percents)
    # Exact in whole numbers: percents have two decimals at the most.
    needed = [max(1, -(-int(total[-1]) * round(percent * 100) // 10_000)) for percent in percents]
    places = np.searchsorted(total, needed)
    return tuple(int(place if counts.size == LARGEST + 1 else _MIDDLES[place]) for place in places)
