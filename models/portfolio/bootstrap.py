"""Resampling of days that keeps neighbours together."""

import numpy as np
from numpy.typing import NDArray


def stationary_indices(count: int, draws: int, block: float, seed: int) -> NDArray[np.intp]:
    """Indices (draws, count) of a stationary bootstrap with blocks of mean length `block` (Politis and Romano 1994)."""
    generator = np.random.default_rng(seed)
    fresh = generator.random((draws, count)) < 1 / block
    fresh[:, 0] = True
    starts = generator.integers(0, count, (draws, count))
    position = np.arange(count)
    last = np.maximum.accumulate(np.where(fresh, position, 0), axis=1)
    return np.asarray((np.take_along_axis(starts, last, axis=1) + position - last) % count, dtype=np.intp)


def interval(values: NDArray[np.float64], level: float = 0.9) -> tuple[float, float]:
    """Central interval of bootstrapped values."""
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
