"""The seasonal naive forecaster: what happened a day ago happens again. A weak baseline for prices; see the docs."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from models.forecasting.conformal import LONGEST_WINDOW, SHORTEST_WINDOW, UPPER, ranked
from models.forecasting.series import PriceSeries

DAY: Final = np.timedelta64(86_400_000, "ms")


@dataclass(frozen=True)
class SeasonalNaive:
    """The price of the same time of the day before, with split-conformal intervals from its own recent errors.

    Above steps of half a day the season is one step, and it is the random walk.
    """

    window: int = LONGEST_WINDOW

    @property
    def name(self) -> str:
        """Always `seasonal-naive`."""
        return "seasonal-naive"

    @property
    def version(self) -> str:
        """Version of the rule."""
        return "1"

    def history(self, horizon: int) -> int:
        """As the random walk, and the longest season (a day of minutes) before it."""
        return horizon + SHORTEST_WINDOW + 1

    def quantiles(self, series: PriceSeries, origins: NDArray[np.intp], horizon: int) -> NDArray[np.float64]:
        """See `Forecaster`."""
        season = max(1, round(DAY / series.step))
        back = np.array([season * -(-h // season) - h for h in range(1, horizon + 1)])
        logs = np.concatenate([np.full(season, np.nan), series.log_close])
        place = np.arange(len(series))
        moved = logs[season + place[:, None] - back] - series.log_close[:, None]  # (steps, horizon)
        errors = np.full((self.window + len(series), horizon), np.nan)
        known = errors[self.window :]
        for h in range(1, min(horizon, len(series) - 1) + 1):
            came = series.log_close[h:] - series.log_close[:-h]
            known[h:, h - 1] = np.abs(came - moved[:-h, h - 1])
        recent = sliding_window_view(errors, self.window, axis=0)[origins + 1]
        spread = np.take_along_axis(*ranked(recent, UPPER), axis=-1)
        middle = moved[origins][..., None]
        return np.concatenate([middle - spread[..., ::-1], middle, middle + spread], axis=-1)
