"""What every forecaster can do, whatever it learned from."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models.forecasting.errors import ShortHistory
from models.forecasting.forecast import Forecast
from models.forecasting.series import PriceSeries


class Forecaster(Protocol):
    """A source of quantiles of the log return over each step ahead.

    Asked for many origins at once, so that a network runs them as one batch and a backtest is one call.
    """

    @property
    def name(self) -> str:
        """Name of the model, as results give it."""
        ...

    @property
    def version(self) -> str:
        """Version of the model; it changes whenever its numbers may."""
        ...

    def history(self, horizon: int) -> int:
        """Fewest prices on the grid, the origin's among them, that a forecast of `horizon` steps needs."""
        ...

    def quantiles(self, series: PriceSeries, origins: NDArray[np.intp], horizon: int) -> NDArray[np.float64]:
        """Quantiles of log(price h steps after the origin / price at the origin).

        `origins` are indices into the series. Shape: (origins, horizon, LEVELS), not decreasing along the levels. What
        is said at an origin may depend on nothing after it: cutting the series there changes no bit of it.
        """
        ...


def issue(forecaster: Forecaster, series: PriceSeries, horizon: int) -> Forecast:
    """The forecast of `horizon` steps from the end of the series; `ShortHistory` where a step can't be calibrated."""
    return from_spread(forecaster, series, forecaster.quantiles(series, np.array([len(series) - 1]), horizon)[0])


def from_spread(forecaster: Forecaster, series: PriceSeries, spread: NDArray[np.float64]) -> Forecast:
    """The forecast from the end of the series that `spread`, the forecaster's quantiles there, makes."""
    horizon = len(spread)
    if not np.isfinite(spread).all():
        raise ShortHistory(
            f"{forecaster.name} has too few known prices between the gaps to forecast {horizon} steps ahead: "
            "ask for a shorter horizon."
        )
    last = float(series.close[-1])
    return Forecast(
        issued_at=series.end,
        last_close=last,
        time=series.end + np.arange(1, horizon + 1) * series.step,
        quantiles=last * np.exp(spread),
        model=forecaster.name,
        model_version=forecaster.version,
    )
