"""Falls from the highest value so far."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Drawdown:
    """The deepest fall: its part of the value at the peak, and indices of peak, trough and recovery (None: not yet)."""

    depth: float
    peak: int
    trough: int
    recovered: int | None
    current: float


def falls(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Part of the highest value so far that is lost at each point, 0 or negative."""
    return np.asarray(values / np.maximum.accumulate(values, axis=-1) - 1, dtype=np.float64)


def deepest(values: NDArray[np.float64]) -> Drawdown:
    """The deepest drawdown of a path of positive values."""
    under = falls(values)
    trough = int(under.argmin())
    peak = int(values[: trough + 1].argmax())
    after = np.flatnonzero(values[trough:] >= values[peak])
    recovered = trough + int(after[0]) if len(after) and under[trough] < 0 else None
    return Drawdown(float(-under[trough]), peak, trough, recovered, float(-under[-1]))
