"""Prices on an even grid of time."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from models.forecasting.errors import ForecastingError

LARGEST_GRID = 5_000_000  # points; more means that the times or the step are wrong


@dataclass(frozen=True, eq=False)
class PriceSeries:
    """Closing prices `close[i]` at the times `start + i * step`; NaN where the price is not known.

    On the grid a gap takes the room of the candles that it lacks, so a move across it never counts as one step's.
    """

    start: np.datetime64
    step: np.timedelta64
    close: NDArray[np.float64]

    @classmethod
    def from_closes(
        cls, time: NDArray[np.datetime64], close: NDArray[np.float64], step: np.timedelta64
    ) -> "PriceSeries":
        """The grid that holds `close`, known at the rising moments `time`, all a whole number of `step` apart.

        Raises `ForecastingError` on times that do not rise or lie off the grid, and on prices that are not positive.
        """
        if len(time) == 0:
            raise ForecastingError("There is no price to forecast from.")
        offsets = (time - time[0]).astype("timedelta64[ms]").astype(np.int64)
        width = int(step.astype("timedelta64[ms]").astype(np.int64))
        if np.any(offsets % width) or np.any(np.diff(offsets) <= 0) or offsets[-1] // width >= LARGEST_GRID:
            raise ForecastingError(f"The times of the prices must rise in whole steps of {step}.")
        if np.any(close <= 0) or np.any(np.isinf(close)):
            raise ForecastingError("Prices must be positive and finite; leave out or set to NaN those that are not.")
        grid = np.full(int(offsets[-1] // width) + 1, np.nan)
        grid[offsets // width] = close
        last = int(np.flatnonzero(np.isfinite(grid))[-1]) if np.isfinite(grid).any() else -1
        if last < 0:
            raise ForecastingError("Every price is NaN: there is nothing to forecast from.")
        return cls(time[0].astype("datetime64[ms]"), step.astype("timedelta64[ms]"), grid[: last + 1])

    def __len__(self) -> int:
        return len(self.close)

    @cached_property
    def log_close(self) -> NDArray[np.float64]:
        """Natural logarithm of the closes."""
        return np.log(self.close)

    @cached_property
    def returns(self) -> NDArray[np.float64]:
        """Log return of each step over the step before; NaN at the first and beside a gap."""
        return np.diff(self.log_close, prepend=np.nan)

    @property
    def end(self) -> np.datetime64:
        """Time of the last price."""
        return self.start + (len(self.close) - 1) * self.step

    def until(self, index: int) -> "PriceSeries":
        """What was known at `start + index * step`."""
        return PriceSeries(self.start, self.step, self.close[: index + 1])
