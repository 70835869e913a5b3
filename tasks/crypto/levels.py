"""Prediction intervals of any coverage, read between the quantiles that a forecast has."""

from collections.abc import Sequence
from functools import lru_cache
from statistics import NormalDist
from typing import Annotated, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from models.forecasting import LEVELS, Forecast

WIDEST: Final = 95
Coverage = Annotated[float, Field(ge=1, le=WIDEST, multiple_of=0.5)]


class Interval(BaseModel):
    """A central prediction interval."""

    model_config = ConfigDict(frozen=True)

    lower: float = Field(description="Lower end: as likely to be undershot as the upper one to be passed.")
    upper: float = Field(description="Upper end.")


def intervals(forecast: Forecast, coverages: Sequence[float]) -> list[dict[str, Interval]]:
    """For each step the intervals that hold `coverages` percent, by coverage as text ("50", "90").

    Raises ValueError for a coverage outside 0 to 95 %, beyond the outermost quantiles.
    """
    ends = {
        f"{coverage:g}": (quantile(forecast, 0.5 - coverage / 200), quantile(forecast, 0.5 + coverage / 200))
        for coverage in sorted(set(coverages))
    }
    return [
        {name: Interval(lower=float(low[h]), upper=float(high[h])) for name, (low, high) in ends.items()}
        for h in range(len(forecast.time))
    ]


def quantile(forecast: Forecast, probability: float) -> NDArray[np.float64]:
    """The price that each step stays below with `probability`, one of 0.025 to 0.975.

    Between two quantiles the logarithm of the price is taken to be linear in the standard normal quantile: exact for a
    lognormal price. Raises ValueError beyond the outermost quantiles, where nothing was calibrated.
    """
    probability = round(probability, 12)
    if not LEVELS[0] <= probability <= LEVELS[-1]:
        raise ValueError(
            f"The forecast has quantiles from {LEVELS[0]:.1%} to {LEVELS[-1]:.1%}, so intervals hold at most "
            f"{WIDEST} %: {probability:.2%} lies outside."
        )
    at, known = NormalDist().inv_cdf(probability), _scores()
    upper = min(max(int(np.searchsorted(known, at - 1e-12)), 1), len(known) - 1)
    share = (at - known[upper - 1]) / (known[upper] - known[upper - 1])
    logs = np.log(forecast.quantiles[:, upper - 1 : upper + 1])
    if share in (0.0, 1.0):  # a level that the forecast has: its own number, to the last bit
        return np.asarray(forecast.quantiles[:, upper - 1 + int(share)], dtype=np.float64)
    return np.asarray(np.exp(logs[:, 0] + share * (logs[:, 1] - logs[:, 0])), dtype=np.float64)


@lru_cache(maxsize=1)
def _scores() -> NDArray[np.float64]:
    return np.array([NormalDist().inv_cdf(level) for level in LEVELS])
