"""Parting the past from what is later, with the delay after which labels come in."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from models.fraud.features import LABEL_DELAY, WINDOW_DAYS
from models.fraud.transactions import DAY

WEEK = 7 * DAY
MIN_DAYS = 45


@dataclass(frozen=True)
class Split:
    """Moments on the time line: fit | label delay | calibrate | label delay | evaluate.

    Rows before `fit_start` only fill the windows of later ones. The final fit runs to `train_end`.
    """

    fit_start: np.datetime64
    fit_end: np.datetime64
    calibration_start: np.datetime64
    train_end: np.datetime64
    test_start: np.datetime64
    test_end: np.datetime64

    @classmethod
    def of(cls, times: NDArray[np.datetime64]) -> Self:
        """The split whose test week is the last one. Raises ValueError below 45 days of payments."""
        day = np.timedelta64(1, "D")
        first, last = times.min().astype("datetime64[D]"), times.max().astype("datetime64[D]") + day
        if (days := int((last - first) // day)) < MIN_DAYS:
            raise ValueError(f"training needs at least {MIN_DAYS} days of payments, these span {days}")
        first, last = first.astype("datetime64[us]"), last.astype("datetime64[us]")
        train_end = last - WEEK - LABEL_DELAY
        fit_end = train_end - WEEK - LABEL_DELAY
        warm_up = min(LABEL_DELAY + WINDOW_DAYS[-1] * DAY, (fit_end - first) // 2)
        return cls(first + warm_up, fit_end, fit_end + LABEL_DELAY, train_end, last - WEEK, last)
