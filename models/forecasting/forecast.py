"""What a forecaster says: a distribution of the price for each step ahead."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

# Eleven levels: both prediction intervals, and enough between to score the whole distribution.
LEVELS: Final = (0.025, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.975)


@dataclass(frozen=True, eq=False)
class Forecast:
    """Quantiles of the price at each step ahead of `issued_at`, the moment of the last price known.

    `quantiles[h - 1, k]` is the price which the step `h` steps ahead stays below with probability `LEVELS[k]`; `time`
    holds the moments of the steps. Both intervals are central: a tenth, or a fortieth, lies beyond each end.
    """

    issued_at: np.datetime64
    last_close: float
    time: NDArray[np.datetime64]
    quantiles: NDArray[np.float64]
    model: str
    model_version: str

    @property
    def median(self) -> NDArray[np.float64]:
        """Price as likely to be passed as not."""
        return self.at(0.5)

    @property
    def lower_80(self) -> NDArray[np.float64]:
        """Lower end of the 80 % prediction interval."""
        return self.at(0.1)

    @property
    def upper_80(self) -> NDArray[np.float64]:
        """Upper end of the 80 % prediction interval."""
        return self.at(0.9)

    @property
    def lower_95(self) -> NDArray[np.float64]:
        """Lower end of the 95 % prediction interval."""
        return self.at(0.025)

    @property
    def upper_95(self) -> NDArray[np.float64]:
        """Upper end of the 95 % prediction interval."""
        return self.at(0.975)

    def at(self, level: float) -> NDArray[np.float64]:
        """The quantile of one of `LEVELS`, for every step."""
        column: NDArray[np.float64] = self.quantiles[:, LEVELS.index(level)]
        return column
