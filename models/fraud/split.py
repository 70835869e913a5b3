"""Parting the past from what is later, with the delay after which labels come in."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from models.fraud.features import LABEL_DELAY, WINDOW_DAYS
from models.fraud.transactions import DAY

WEEK = 7 * DAY
MIN_DAYS = 45
MIN_FIT_DAYS = 31
SHORTEST_DAYS = 5


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
    def of(cls, times: NDArray[np.datetime64], *, least_days: int = MIN_DAYS) -> Self:
        """The split whose test week is the last one; of less than 45 days the last fifth is the test.

        Raises ValueError below `least_days` of payments.
        """
        first, last = _days(times)
        if (days := int((last - first) // DAY)) < least_days:
            raise ValueError(f"training needs at least {least_days} days of payments, these span {days}")
        if days < MIN_DAYS:
            train_end = last - max(1, days // 5) * DAY
            return cls._until(first, train_end, train_end, last)
        return cls._until(first, last - WEEK - LABEL_DELAY, last - WEEK, last)

    @classmethod
    def before(cls, train: NDArray[np.datetime64], test: NDArray[np.datetime64]) -> Self:
        """The split whose test window is that of other payments: labels count that were known when it began.

        Raises ValueError when fewer than 5 days of training payments are older than the label delay by then.
        """
        first, last = _days(train)
        test_start, test_end = _days(test)
        train_end = min(last, test_start - LABEL_DELAY)
        days = max(int((train_end - first) // DAY), 0)
        if days < SHORTEST_DAYS:
            raise ValueError(
                f"only {days} days of training payments are at least {LABEL_DELAY // DAY} days older than the first "
                f"test payment ({test.min()}): their labels could not be known by then. Give train payments of at "
                f"least {SHORTEST_DAYS} days (better {MIN_DAYS}) before that"
            )
        return cls._until(first, train_end, test_start, test_end)

    @classmethod
    def _until(
        cls, first: np.datetime64, train_end: np.datetime64, test_start: np.datetime64, test_end: np.datetime64
    ) -> Self:
        span = train_end - first
        if span < MIN_FIT_DAYS * DAY:  # too short for windows to fill and for a delay before the calibration
            fit_end = first + int(span // DAY) * 2 // 3 * DAY
            return cls(first, fit_end, fit_end, train_end, test_start, test_end)
        fit_end = train_end - WEEK - LABEL_DELAY
        warm_up = min(LABEL_DELAY + WINDOW_DAYS[-1] * DAY, (fit_end - first) // 2)
        return cls(first + warm_up, fit_end, fit_end + LABEL_DELAY, train_end, test_start, test_end)

    @property
    def short(self) -> bool:
        """Whether the training days were too few for a label delay between fit and calibration."""
        return bool(self.fit_end == self.calibration_start)


def _days(times: NDArray[np.datetime64]) -> tuple[np.datetime64, np.datetime64]:
    """Midnight before the first and after the last."""
    first, last = times.min().astype("datetime64[D]"), times.max().astype("datetime64[D]") + np.timedelta64(1, "D")
    return first.astype("datetime64[us]"), last.astype("datetime64[us]")
