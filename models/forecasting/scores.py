"""How good forecasts were: proper scores, coverage, and skill over another forecaster."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.forecasting.forecast import LEVELS
from models.forecasting.series import PriceSeries


@dataclass(frozen=True, eq=False)
class Scores:
    """Errors of forecasts from many origins; arrays of shape (origins, horizon), NaN where the truth is not known.

    `mae` and `crps` are on the scale of log returns, so 0.01 is about 1 % of the price.
    """

    absolute: NDArray[np.float64]
    crps: NDArray[np.float64]
    inside_80: NDArray[np.float64]
    inside_95: NDArray[np.float64]

    @property
    def coverage_80(self) -> float:
        """Share of the outcomes inside the 80 % interval."""
        return float(np.nanmean(self.inside_80))

    @property
    def coverage_95(self) -> float:
        """Share of the outcomes inside the 95 % interval."""
        return float(np.nanmean(self.inside_95))


def score(quantiles: NDArray[np.float64], outcomes: NDArray[np.float64]) -> Scores:
    """Scores of `quantiles` (origins, horizon, LEVELS) against the log returns that came (origins, horizon).

    CRPS as twice the mean pinball loss over `LEVELS`: an approximation, to be compared on the same levels only.
    """
    error = outcomes[..., None] - quantiles
    levels = np.array(LEVELS)
    pinball = np.maximum(levels * error, (levels - 1) * error)
    unknown = np.isnan(error).any(axis=-1)

    def inside(low: float, high: float) -> NDArray[np.float64]:
        within = (error[..., LEVELS.index(low)] >= 0) & (error[..., LEVELS.index(high)] <= 0)
        return np.where(unknown, np.nan, within)

    return Scores(
        absolute=np.abs(error[..., LEVELS.index(0.5)]),
        crps=2 * pinball.mean(axis=-1),
        inside_80=inside(0.1, 0.9),
        inside_95=inside(0.025, 0.975),
    )


def outcomes(series: PriceSeries, origins: NDArray[np.intp], horizon: int) -> NDArray[np.float64]:
    """Log return from each origin over each step ahead; every origin needs `horizon` points of the grid after it."""
    ahead = origins[:, None] + np.arange(1, horizon + 1)
    known: NDArray[np.float64] = series.log_close[ahead] - series.log_close[origins][:, None]
    return known


def skill(errors: NDArray[np.float64], reference: NDArray[np.float64]) -> float:
    """Part of the reference's error that is gone: 0.02 means 2 % less; 0 where the reference makes no error."""
    both = np.isfinite(errors) & np.isfinite(reference)
    base = reference[both].mean() if both.any() else 0.0
    return float(1 - errors[both].mean() / base) if base > 0 else 0.0
