"""Motion between two pictures: what of it both agree on, and what a picture does not show of the other."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from models.interpolation.flow import Flow, optical_flow

Plane = NDArray[np.float32]

_DOUBT: Final = 0.5  # how fast a pixel counts less the further there and back again ends from where it began
_CELLS, _AROUND = 40, 6  # cells along the longer side whose motion is compared; how many to each side are surroundings
_KNOWN: Final = 0.25  # of a cell that has to be agreed on


@dataclass(frozen=True, eq=False)
class Motion:
    """Between two pictures, at the size of their small copies.

    Attributes:
        forth: Where each pixel of the first is in the second.
        back: The other way.
        seen_first: 1 for pixels of the first that the second shows too, down to 0.
        seen_second: The other way.
    """

    forth: Flow
    back: Flow
    seen_first: Plane
    seen_second: Plane


def motion_between(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> Motion:
    """The motion between two small copies."""
    forth, back = optical_flow(first, second), optical_flow(second, first)
    agreed = _agreement(forth, back), _agreement(back, forth)
    forth, back = _completed(forth, agreed[0]), _completed(back, agreed[1])
    return Motion(forth, back, _agreement(forth, back), _agreement(back, forth))


def sampled(values: NDArray[np.float32], x: Plane, y: Plane) -> NDArray[np.float32]:
    """What lies at these places, linear between pixels; beyond the border the border goes on."""
    return np.asarray(cv2.remap(values, x, y, cv2.INTER_LINEAR, None, cv2.BORDER_REPLICATE), np.float32)


def moved(way: Flow) -> tuple[Plane, Plane]:
    """Where every pixel arrives."""
    y, x = np.indices(way.shape[:2], np.float32)
    return x + way[..., 0], y + way[..., 1]


def _agreement(there: Flow, back: Flow) -> Plane:
    """1 where there and back again ends where it began, less the further from it; 0 outside of the picture."""
    height, width = there.shape[:2]
    x, y = moved(there)
    error = np.square(there + sampled(back, x, y)).sum(-1)
    scale = 0.5 + 0.01 * np.square(there).sum(-1)
    inside = (x > -1) & (x < width) & (y > -1) & (y < height)
    return np.asarray(np.exp(-_DOUBT * error / scale) * inside, np.float32)


def _completed(flow: Flow, seen: Plane) -> Flow:
    """The flow, with the motion of the surroundings where both pictures do not agree: there the search found nothing.

    What the other picture does not show is behind something in it, and moves with what lies around: most of the
    surroundings of a pixel beside an object are background, so it is their median.
    """
    cell = max(1, round(max(seen.shape) / _CELLS))
    columns, rows = (-(-side // cell) for side in seen.shape[::-1])
    weight, right, down = (
        cv2.resize(each, (columns, rows), interpolation=cv2.INTER_AREA)
        for each in (seen, flow[..., 0] * seen, flow[..., 1] * seen)
    )
    known = weight > _KNOWN
    if not known.any():
        return flow
    means = np.where(known, np.stack((right, down)) / np.maximum(weight, _KNOWN), np.nan)
    border = (_AROUND, _AROUND)
    windows = sliding_window_view(
        np.pad(means, ((0, 0), border, border), constant_values=np.nan), (2 * _AROUND + 1,) * 2, (1, 2)
    )
    medians = _median(windows.reshape(*means.shape, -1))
    medians = np.where(np.isnan(medians), _median(means.reshape(2, -1))[:, None, None], medians)
    surroundings = [cv2.resize(each, seen.shape[::-1], interpolation=cv2.INTER_NEAREST) for each in medians]
    return np.asarray(np.where(seen[..., None] > 0.5, flow, np.stack(surroundings, -1)), np.float32)


def _median(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Of the last axis, without what is not known; not a number where nothing is. The lower of two middle values."""
    ordered = np.sort(values, -1)  # what is not a number comes last
    middle = np.maximum(np.isfinite(values).sum(-1, keepdims=True) - 1, 0) // 2
    return np.asarray(np.take_along_axis(ordered, middle, -1)[..., 0], np.float32)
