"""Counts and sums over the rows of one group inside a window of time, vectorised and exact."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class GroupedTimes:
    """Rows of many groups, sorted by group and time, so that a window of a group is one slice of them.

    A row's key is group * (moments + 1) + rank of its time among the distinct moments: an integer far from overflow,
    which orders by group and then by time.
    """

    groups: NDArray[np.int64]
    times: NDArray[np.datetime64]
    moments: NDArray[np.datetime64]
    rank: NDArray[np.intp]
    order: NDArray[np.intp]
    keys: NDArray[np.int64]

    @classmethod
    def build(cls, groups: NDArray[np.int64], times: NDArray[np.datetime64]) -> Self:
        """Index of rows given each row's group (0, 1, 2, …) and time."""
        moments, rank = np.unique(times, return_inverse=True)
        return cls._of(groups, times, moments, rank)

    def regrouped(self, groups: NDArray[np.int64]) -> Self:
        """The same rows in other groups."""
        return self._of(groups, self.times, self.moments, self.rank)

    @classmethod
    def _of(
        cls,
        groups: NDArray[np.int64],
        times: NDArray[np.datetime64],
        moments: NDArray[np.datetime64],
        rank: NDArray[np.intp],
    ) -> Self:
        keys = groups * (len(moments) + 1) + rank
        order = np.argsort(keys, kind="stable")
        return cls(groups, times, moments, rank, order, keys[order])

    def earlier(self, rows: NDArray[np.intp], ago: np.timedelta64) -> NDArray[np.intp]:
        """For each row, how many sorted rows stand before the first of its group at or after its time less `ago`."""
        limit = np.searchsorted(self.moments, self.moments - ago, side="left")[self.rank[rows]]
        return np.searchsorted(self.keys, self.groups[rows] * (len(self.moments) + 1) + limit, side="left")

    def running_sum(self, values: NDArray[Any]) -> NDArray[np.int64]:
        """Sums of the values of the first 0, 1, 2, … sorted rows; a slice's sum is a difference of two of them."""
        total = np.zeros(len(self.keys) + 1, np.int64)
        np.cumsum(values[self.order], out=total[1:])
        return total

    def age_of_last(
        self,
        rows: NDArray[np.intp],
        start: NDArray[np.intp],
        end: NDArray[np.intp],
        given: NDArray[np.bool_] | None = None,
    ) -> NDArray[np.int64]:
        """Microseconds since the last of the sorted rows start..end-1 (of those in the mask `given`); -1 for none."""
        if not len(rows):
            return np.empty(0, np.int64)
        last = np.arange(len(self.order))
        if given is not None:
            last = np.maximum.accumulate(np.where(given[self.order], last, -1))
        place = np.where(end > 0, last[np.maximum(end - 1, 0)], -1)
        age = (self.times[rows] - self.times[self.order[np.maximum(place, 0)]]).astype(np.int64)
        return np.where(place >= start, age, -1) if len(age) else age
