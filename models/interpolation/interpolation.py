"""A stream of pictures at one rate as a stream at another."""

from collections.abc import Iterable, Iterator
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from models.interpolation.between import between
from models.interpolation.flow import small_copy
from models.interpolation.motion import Motion, motion_between
from models.interpolation.retiming import CannotRetime, Retiming

Light = NDArray[np.float32]


def interpolate(
    frames: Iterable[Light],
    retiming: Retiming,
    first: int = 0,
    stop: int | None = None,
    cuts: frozenset[int] = frozenset(),
) -> Iterator[Light]:
    """The result's pictures `first` to `stop` - 1; two sources are in memory, and the picture that is made.

    A picture depends on the two sources around its time alone: it is the same whichever segment it is made in. One
    that falls on a source's time is that source, bit for bit.

    Args:
        frames: The sources `retiming.needed(first, stop)`, scene-linear (h, w, 3), all of one size.
        retiming: From which rate to which.
        first: The segment's first picture.
        stop: The one behind its last; all of the video's where None.
        cuts: The numbers of source pictures that begin a new scene: nothing is moved across, the nearer is shown.

    Raises:
        CannotRetime: The result has no such pictures, a source is missing or has another size than those before.
        NoLight: A source is no picture of light.
    """
    stop = retiming.frames if stop is None else stop
    sources = _Sources(frames, retiming.needed(first, stop))
    for number in range(first, stop):
        place = retiming.place(number)
        earlier = sources.at(place.before)
        if place.phase == 0:
            yield earlier
        elif place.before + 1 in cuts:
            yield earlier if place.phase < Fraction(1, 2) else sources.at(place.before + 1)
        else:
            later = sources.at(place.before + 1)
            yield between(earlier, later, sources.motion(place.before), float(place.phase))


class _Sources:
    """The last two pictures of a stream, and the motion between them once it was asked for."""

    def __init__(self, frames: Iterable[Light], numbers: range) -> None:
        self._frames = iter(frames)
        self._numbers = numbers
        self._kept: dict[int, Light] = {}
        self._copies: dict[int, NDArray[np.uint8]] = {}
        self._motion: tuple[int, Motion] | None = None
        self._next = numbers.start

    def at(self, number: int) -> Light:
        """A source that is one of the last two, or comes later."""
        while self._next <= number:
            self._kept.pop(self._next - 2, None)
            self._copies.pop(self._next - 2, None)
            frame = next(self._frames, None)
            if frame is None:
                raise CannotRetime(
                    f"source picture {self._next} is missing: send {self._numbers.start} to {self._numbers.stop - 1}"
                )
            if any(frame.shape != other.shape for other in self._kept.values()):
                raise CannotRetime(f"source picture {self._next} has another size than those before: send one size")
            self._kept[self._next] = frame
            self._next += 1
        return self._kept[number]

    def motion(self, before: int) -> Motion:
        """From a source to the next."""
        if self._motion is None or self._motion[0] != before:
            self._motion = before, motion_between(self._copy(before), self._copy(before + 1))
        return self._motion[1]

    def _copy(self, number: int) -> NDArray[np.uint8]:
        if number not in self._copies:
            self._copies[number] = small_copy(self._kept[number])
        return self._copies[number]
