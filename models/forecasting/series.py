"""Prices on an even grid of time."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from models.forecasting.errors import ForecastingError

LARGEST_GRID = 5_000_000  # points; more means that the times or the step are wrong


@dataclass(frozen=True, eq=False)
class PriceSeries:
    """Closing prices `close[i]` at the times `start + i * step`; NaN where the price is not known.

    On the grid a gap takes the room of the candles that it lacks, so a move across it never counts as one step's.
    `high`, `low` and `volume` are those of the candle that ended then; `sentiment` is a score in -1..1 that was known
    then; `reference` is the close of the coin that leads the market (Bitcoin). Each of them NaN where not known, None
    where nothing is known at all.
    """

    start: np.datetime64
    step: np.timedelta64
    close: NDArray[np.float64]
    high: NDArray[np.float64] | None = None
    low: NDArray[np.float64] | None = None
    volume: NDArray[np.float64] | None = None
    sentiment: NDArray[np.float64] | None = None
    reference: NDArray[np.float64] | None = None

    @classmethod
    def from_closes(
        cls,
        time: NDArray[np.datetime64],
        close: NDArray[np.float64],
        step: np.timedelta64,
        **further: NDArray[np.float64],
    ) -> "PriceSeries":
        """The grid that holds `close`, known at the rising moments `time`, all a whole number of `step` apart.

        `further`: high, low, volume, sentiment, known at the same moments. Raises `ForecastingError` on times that do
        not rise or lie off the grid, and on prices that are not positive.
        """
        if len(time) == 0:
            raise ForecastingError("There is no price to forecast from.")
        offsets = (time - time[0]).astype("timedelta64[ms]").astype(np.int64)
        width = int(step.astype("timedelta64[ms]").astype(np.int64))
        if np.any(offsets % width) or np.any(np.diff(offsets) <= 0) or offsets[-1] // width >= LARGEST_GRID:
            raise ForecastingError(f"The times of the prices must rise in whole steps of {step}.")
        if np.any(close <= 0) or np.any(np.isinf(close)):
            raise ForecastingError("Prices must be positive and finite; leave out or set to NaN those that are not.")
        known = np.flatnonzero(np.isfinite(close))
        if not len(known):
            raise ForecastingError("Every price is NaN: there is nothing to forecast from.")
        length = int(offsets[known[-1]] // width) + 1

        def on_grid(values: NDArray[np.float64]) -> NDArray[np.float64]:
            grid = np.full(length, np.nan)
            there = offsets // width < length
            grid[offsets[there] // width] = values[there]
            return grid

        columns = {name: on_grid(values) for name, values in further.items()}
        return cls(time[0].astype("datetime64[ms]"), step.astype("timedelta64[ms]"), on_grid(close), **columns)

    def beside(self, reference: "PriceSeries") -> "PriceSeries":
        """The same prices with those of another series of the same step as their `reference`.

        Raises `ForecastingError` when the steps differ.
        """
        if reference.step != self.step:
            raise ForecastingError(f"A reference in steps of {reference.step} can't stand beside steps of {self.step}.")
        apart = int((reference.start - self.start) // self.step)
        closes = np.full(len(self), np.nan)
        first, last = max(apart, 0), min(apart + len(reference), len(self))
        if first < last and (reference.start - self.start) % self.step == np.timedelta64(0, "ms"):
            closes[first:last] = reference.close[first - apart : last - apart]
        return replace(self, reference=closes)

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
    def time(self) -> NDArray[np.datetime64]:
        """Moment of each price."""
        return self.start + np.arange(len(self)) * self.step

    @property
    def end(self) -> np.datetime64:
        """Time of the last price."""
        return self.start + (len(self.close) - 1) * self.step

    def index(self, moment: np.datetime64) -> int:
        """Index of the newest point of the grid that is not later than `moment`; below 0 before the first."""
        return int((moment - self.start) // self.step)

    def until(self, index: int) -> "PriceSeries":
        """What was known at `start + index * step`."""
        return self.between(0, index + 1)

    def between(self, first: int, end: int) -> "PriceSeries":
        """The points `first` to `end - 1` of the grid."""

        def cut(values: NDArray[np.float64] | None) -> NDArray[np.float64] | None:
            return None if values is None else values[first:end]

        return PriceSeries(
            self.start + first * self.step,
            self.step,
            self.close[first:end],
            cut(self.high),
            cut(self.low),
            cut(self.volume),
            cut(self.sentiment),
            cut(self.reference),
        )
