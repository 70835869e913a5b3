"""How much the price moves at each moment, from what was known then."""

import numpy as np
from numpy.typing import NDArray


def ewma_variance(returns: NDArray[np.float64], decay: float) -> NDArray[np.float64]:
    """Exponentially weighted mean of the squared returns up to and including each step (RiskMetrics 1996).

    The weights sum to one from the first return on; a NaN return changes nothing. NaN before the first return. One
    pass in Python over floats: bit-equal however long the series goes on, and 1 ms for 3000 steps.
    """
    variance = np.full(len(returns), np.nan)
    weighted = weight = 0.0
    for i, square in enumerate((returns * returns).tolist()):
        if square == square:  # noqa: PLR0124 - the plain test for NaN
            weighted = decay * weighted + (1 - decay) * square
            weight = decay * weight + (1 - decay)
        if weight:
            variance[i] = weighted / weight
    return variance


def blended_volatility(returns: NDArray[np.float64], decays: tuple[float, ...]) -> NDArray[np.float64]:
    """Standard deviation of a step's return at each moment: the mean of EWMA variances of several memories.

    A short memory follows a burst, a long one pulls back to the usual. Never below a thousandth of the long-run value,
    so that a still hour does not promise stillness; 0 only where the price has not moved at all so far.
    """
    variances = [ewma_variance(returns, decay) for decay in sorted(decays)]
    return np.asarray(np.sqrt(np.maximum(np.mean(variances, axis=0), 1e-6 * variances[-1])), dtype=np.float64)
