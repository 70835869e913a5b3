"""Cuts among glances: a difference that is large, that stands out among its neighbours, and that lasts."""

from collections.abc import Iterable, Iterator
from statistics import median
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.scene_cuts.glance import Glance, difference, glance_at

_LARGE: Final = 0.26  # how much two scenes differ at least
_STANDS_OUT: Final = 2.5  # times the median of the differences around
_NEIGHBOURS: Final = 3  # steps to each side that it is compared with
_FLASH: Final = 2  # pictures that a flash takes at most: the scene is the same before and after it
_SHORTEST: Final = 3  # pictures of a scene: among cuts that are closer the largest counts
AROUND: Final = _NEIGHBOURS + _SHORTEST


class MissingPictures(ValueError):
    """Too few pictures arrived; the message says which."""


def needed(first: int, stop: int, count: int) -> range:
    """The pictures to look at in order to know the cuts from `first` to `stop` - 1 of a video of `count`."""
    return range(max(first - AROUND, 0), min(stop + AROUND, count))


def cuts_in(frames: Iterable[NDArray[np.float32]], first: int, stop: int, count: int) -> Iterator[int]:
    """The pictures among `first` to `stop` - 1 that begin a scene; the video's first picture is not among them.

    Args:
        frames: The pictures `needed(first, stop, count)`, one by one.
        first: The first that is asked about.
        stop: The one behind the last.
        count: How many the video has.

    Raises:
        MissingPictures: Fewer arrived.
        NoLight: One of them is no picture of light.
    """
    numbers = needed(first, stop, count)
    glances: dict[int, Glance] = {}
    asked = max(first, 1)
    arriving = iter(frames)
    for number in numbers:
        frame = next(arriving, None)
        if frame is None:
            raise MissingPictures(f"picture {number} is missing: send {numbers.start} to {numbers.stop - 1}")
        glances[number] = glance_at(frame)
        while asked < stop and number >= min(asked + AROUND, count - 1):
            if _is_cut(asked, glances):
                yield asked
            glances.pop(asked - AROUND - 1, None)
            asked += 1
    yield from (last for last in range(asked, min(stop, count)) if _is_cut(last, glances))


def _is_cut(number: int, glances: dict[int, Glance]) -> bool:
    found = _lasting(number, glances)
    if not found:
        return False
    rivals = [_lasting(number + away, glances) for away in range(1 - _SHORTEST, _SHORTEST) if away]
    before, after = rivals[: _SHORTEST - 1], rivals[_SHORTEST - 1 :]
    return found > max(before) and found >= max(after)


def _lasting(number: int, glances: dict[int, Glance]) -> float:
    """The difference at a picture if that is a cut but for others close by; 0 if it is none."""
    found = _step(number, glances)
    around = [
        _step(number + away, glances)
        for away in range(-_NEIGHBOURS, _NEIGHBOURS + 1)
        if away and number + away in glances and number + away - 1 in glances
    ]
    if found < _LARGE or (around and found < _STANDS_OUT * median(around)):
        return 0.0
    # Before a flash and after it: whatever lies on both sides within its length is compared.
    for back in range(1, _FLASH + 2):
        for ahead in range(_FLASH + 1):
            if back + ahead <= _FLASH + 1 and number - back in glances and number + ahead in glances:
                found = min(found, difference(glances[number - back], glances[number + ahead]))
    return found if found >= _LARGE else 0.0


def _step(number: int, glances: dict[int, Glance]) -> float:
    """From the picture before to this one."""
    if number - 1 not in glances or number not in glances:
        return 0.0
    return difference(glances[number - 1], glances[number])
