"""Filtered historical simulation: yesterday's surprises at today's volatility.

Barone-Adesi, Giannopoulos and Vosper (1999), "VaR without correlations for portfolios of derivative securities".
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.portfolio.volatility import VolatilityModel

PATHS: Final = 20_000
FLOOR: Final = -0.999  # of a day's simulated return: a portfolio without shorts can't lose more than itself


def simulated(
    model: VolatilityModel, residuals: NDArray[np.float64], horizon: int, *, seed: int, paths: int = PATHS
) -> NDArray[np.float64]:
    """Simple returns over `horizon` days from now, one a path; each day draws a residual and moves the variance.

    Of one day there is nothing to draw: each residual counts once.
    """
    if horizon == 1:
        return np.maximum(model.next_sigma * residuals, FLOOR)
    generator = np.random.default_rng(seed)
    variance = np.full(paths, model.next_sigma**2)
    value = np.ones(paths)
    for _ in range(horizon):
        moves = np.maximum(np.sqrt(variance) * generator.choice(residuals, paths), FLOOR)
        value *= 1 + moves
        variance = model.omega + model.alpha * moves**2 + model.beta * variance
    return np.asarray(value - 1, dtype=np.float64)
