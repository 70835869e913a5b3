"""Windows over sorted times: the stretch in which most happened."""

from collections import Counter
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray


def grouped_rows(*columns: NDArray[np.object_] | NDArray[np.int64], least: int = 1) -> Iterator[NDArray[np.intp]]:
    """Rows with equal values in all columns, a group of at least `least` after the other, by their first rows."""
    groups: dict[tuple[object, ...], list[int]] = {}
    for row, key in enumerate(zip(*(column.tolist() for column in columns), strict=True)):
        groups.setdefault(key, []).append(row)
    for rows in groups.values():
        if len(rows) >= least:
            yield np.array(rows, np.intp)


def most_different(
    times: NDArray[np.float64], values: NDArray[np.object_] | NDArray[np.int64], seconds: float
) -> tuple[int, int, int]:
    """The window of `seconds` with most different values, as (how many, first place, place after the last).

    `times` rises. The window is the first of those with most.
    """
    best, start = (0, 0, 0), 0
    inside: Counter[object] = Counter()
    listed, moments = values.tolist(), times.tolist()
    for place, value in enumerate(listed):
        inside[value] += 1
        while moments[place] - moments[start] > seconds:
            inside[listed[start]] -= 1
            if not inside[listed[start]]:
                del inside[listed[start]]
            start += 1
        if len(inside) > best[0]:
            best = (len(inside), start, place + 1)
    return best


def most_events(times: NDArray[np.float64], seconds: float) -> tuple[int, int]:
    """The window of `seconds` with most events: first place and place after the last. `times` rises."""
    starts = np.searchsorted(times, times - seconds, side="left")
    last = int(np.argmax(np.arange(len(times)) - starts))
    return int(starts[last]), last + 1


def most_bytes(times: NDArray[np.float64], sizes: NDArray[np.float64], seconds: float) -> tuple[int, int]:
    """The window of `seconds` in which most bytes went: first place and place after the last. `times` rises."""
    total = np.concatenate([[0.0], np.cumsum(sizes)])
    starts = np.searchsorted(times, times - seconds, side="left")
    last = int(np.argmax(total[1:] - total[starts]))
    return int(starts[last]), last + 1
