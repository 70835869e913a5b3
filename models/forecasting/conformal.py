"""Random walks whose prediction intervals are calibrated on the price's own recent past."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from models.forecasting.forecast import LEVELS
from models.forecasting.series import PriceSeries
from models.forecasting.volatility import blended_volatility

LONGEST_WINDOW: Final = 1000
SHORTEST_WINDOW: Final = 100
UPPER: Final = np.array([level for level in LEVELS if level > 0.5])
# Chosen on hourly Binance candles of five coins, 24 steps ahead: CRPS skill over the plain walk of +1.8 % in 2022,
# +0.5 % in 2023 and +0.3 % in 2024-11..2025-09, where a single EWMA of 0.98 had +1.4 %, -0.5 % and -0.3 %.
MEMORIES: Final = (0.96, 0.998)


@dataclass(frozen=True)
class ConformalWalk:
    """The price stays where it is, give or take: split-conformal intervals around the last close, for each step.

    The error of step h is |log return over h steps| divided by `scale` at its origin. The central interval of
    probability p is the ceil((n + 1) p)-th smallest of the last `window` errors that were known at the origin (Vovk
    2005; Lei et al. 2018), times the scale there. Signed errors were tried: they follow the last window's trend and
    score 0.5 to 1.5 % worse in CRPS.
    """

    name: str
    version: str
    scale: Callable[[PriceSeries], NDArray[np.float64]]
    window: int = LONGEST_WINDOW

    def history(self, horizon: int) -> int:
        """Fewest prices for intervals worth the name: a step back of `horizon` and `SHORTEST_WINDOW` errors."""
        return horizon + SHORTEST_WINDOW + 1

    def quantiles(self, series: PriceSeries, origins: NDArray[np.intp], horizon: int) -> NDArray[np.float64]:
        """Quantiles of the log return for each origin and step, shape (origins, horizon, LEVELS); see `Forecaster`."""
        scale = self.scale(series)
        errors = np.full((self.window + len(series), horizon), np.nan)
        known = errors[self.window :]
        with np.errstate(divide="ignore", invalid="ignore"):  # a price that has not moved yet has no scale: NaN
            for h in range(1, min(horizon, len(series) - 1) + 1):
                known[h:, h - 1] = np.abs(series.log_close[h:] - series.log_close[:-h]) / scale[:-h]
        known[np.isinf(known)] = np.nan
        # row t + 1 of this view: the errors that were known at t, those of the `window` newest steps
        recent = sliding_window_view(errors, self.window, axis=0)[origins + 1]
        spread = np.take_along_axis(*ranked(recent, UPPER), axis=-1) * scale[origins, None, None]
        return np.concatenate([-spread[..., ::-1], np.zeros_like(spread[..., :1]), spread], axis=-1)


def ranked(errors: NDArray[np.float64], levels: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Absolute errors sorted along the last axis (NaN last), and the conformal rank of each upper level among them."""
    ordered = np.sort(errors, axis=-1)
    count = np.count_nonzero(~np.isnan(ordered), axis=-1)[..., None]
    probability = np.round(2 * levels - 1, 12)  # of the central interval that ends at the level
    rank = np.clip(np.ceil(np.round((count + 1) * probability, 9)).astype(np.intp), 1, np.maximum(count, 1))
    return ordered, rank - 1


def _ones(series: PriceSeries) -> NDArray[np.float64]:
    return np.ones(len(series))


def _volatility(series: PriceSeries) -> NDArray[np.float64]:
    return blended_volatility(series.returns, MEMORIES)


def random_walk(window: int = LONGEST_WINDOW) -> ConformalWalk:
    """Plain random walk: intervals as wide as the errors of the last `window` steps were."""
    return ConformalWalk("random-walk", "1", _ones, window)


def volatility_scaled_random_walk(window: int = LONGEST_WINDOW) -> ConformalWalk:
    """Random walk whose intervals widen and narrow with the volatility of the moment."""
    return ConformalWalk("volatility-scaled-random-walk", "1", _volatility, window)
