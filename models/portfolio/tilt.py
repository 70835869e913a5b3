"""Weights that lean towards what a forecast expects, as far as the forecast has shown that it knows something."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.portfolio.caps import capped

FULL_SKILL: Final = 0.02  # of the random walk's absolute error; more has not been seen to last
MOST_TILT: Final = 0.5


@dataclass(frozen=True)
class View:
    """What a forecast says of one coin: expected return and standard deviation over the horizon, as parts.

    `skill` is the part of the random walk's mean absolute error that the forecaster did without lately; None: unknown.
    """

    symbol: str
    expected: float
    spread: float
    skill: float | None

    @property
    def trust(self) -> float:
        """0 (no skill, or not measured) to 1."""
        return 0.0 if self.skill is None else float(np.clip(self.skill / FULL_SKILL, 0, 1))

    @property
    def tilt(self) -> float:
        """Part by which the weight is raised or lowered before all are scaled to 1: at most half."""
        if self.spread <= 0:
            return 0.0
        return float(np.clip(self.trust * self.expected / self.spread, -MOST_TILT, MOST_TILT))


def tilted(weights: NDArray[np.float64], views: Sequence[View], cap: float = 1.0) -> NDArray[np.float64]:
    """`weights` times 1 + each coin's tilt, scaled to sum to 1 under `cap`; unchanged where no view may be trusted."""
    tilts = np.array([view.tilt for view in views])
    return capped(weights * (1 + tilts), cap) if tilts.any() else weights
