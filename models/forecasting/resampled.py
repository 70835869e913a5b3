"""The same prices in longer steps."""

import warnings

import numpy as np
from numpy.typing import NDArray

from models.forecasting.series import PriceSeries


def resampled(series: PriceSeries, factor: int) -> PriceSeries:
    """Steps of `factor` times the length, each ending at a whole multiple of it since 1970, as exchanges cut them.

    The close is that at the step's end, NaN where it is not known; high, low and volume are those of what is known of
    the step. Sentiment and reference are those at its end.
    """
    width = int(series.step.astype("timedelta64[ms]").astype(np.int64))
    first = int(series.start.astype("datetime64[ms]").astype(np.int64))
    skip = int(-(-first // (width * factor)) * factor - first // width) % factor
    ends = np.arange(skip, len(series), factor)

    def reduce(values: NDArray[np.float64] | None, how: str) -> NDArray[np.float64] | None:
        if values is None:
            return None
        padded = np.concatenate([np.full(factor - 1, np.nan), values])
        groups = np.lib.stride_tricks.sliding_window_view(padded, factor)[ends]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # a step of which nothing is known is NaN
            summed: NDArray[np.float64] = getattr(np, f"nan{how}")(groups, axis=1)
        return np.where(np.isfinite(groups).any(axis=1), summed, np.nan)

    def at_end(values: NDArray[np.float64] | None) -> NDArray[np.float64] | None:
        return None if values is None else values[ends]

    return PriceSeries(
        start=series.start + skip * series.step,
        step=series.step * factor,
        close=series.close[ends],
        high=reduce(series.high, "max"),
        low=reduce(series.low, "min"),
        volume=reduce(series.volume, "sum"),
        sentiment=at_end(series.sentiment),
        reference=at_end(series.reference),
    )
