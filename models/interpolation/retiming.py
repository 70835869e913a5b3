"""Which pictures of one rate lie around which times of another: whole numbers and fractions, nothing else."""

import math
from dataclasses import dataclass
from fractions import Fraction
from numbers import Rational


class CannotRetime(ValueError):
    """A rate or a number of pictures is none; the message says what to give."""


@dataclass(frozen=True)
class Place:
    """A time between pictures.

    Attributes:
        before: The number of the last source picture that is not later.
        phase: How far the time is on the way to the next, 0 to below 1; 0 is that picture itself.
    """

    before: int
    phase: Fraction


@dataclass(frozen=True)
class Retiming:
    """A video of `source_frames` pictures shown at another rate, as long as it was.

    Picture k of the result is shown at k / fps, where the source is at k source_fps / fps pictures. Times after the
    last source picture show that picture: there is none to move towards. `sources_for` says how many sources it takes
    so that this never happens.

    Raises:
        CannotRetime: A rate is no positive fraction, or there is no picture.
    """

    source_fps: Fraction
    fps: Fraction
    source_frames: int

    def __post_init__(self) -> None:
        for name in ("source_fps", "fps"):
            rate = getattr(self, name)
            if not isinstance(rate, Rational) or rate <= 0:
                raise CannotRetime(f"give {name} as a positive whole number or fraction, not {rate!r}")
            object.__setattr__(self, name, Fraction(rate))
        if self.source_frames < 1:
            raise CannotRetime(f"a video has at least one picture, not {self.source_frames}")

    @property
    def frames(self) -> int:
        """How many pictures the result has: those whose times lie within the source's duration."""
        return math.ceil(self.source_frames * self.fps / self.source_fps)

    def place(self, frame: int) -> Place:
        """Where a picture of the result lies.

        Raises:
            CannotRetime: The result has no such picture.
        """
        if not 0 <= frame < self.frames:
            raise CannotRetime(f"the result has the pictures 0 to {self.frames - 1}, not {frame}")
        position = frame * self.source_fps / self.fps
        before = math.floor(position)
        if before >= self.source_frames - 1:
            return Place(self.source_frames - 1, Fraction(0))
        return Place(before, position - before)

    def needed(self, first: int, stop: int) -> range:
        """The source pictures that the result's pictures first to stop - 1 are made of.

        Raises:
            CannotRetime: The result has no such pictures.
        """
        if first >= stop:
            raise CannotRetime(f"a segment has at least one picture: {first} to {stop} has none")
        last = self.place(stop - 1)
        return range(self.place(first).before, last.before + (2 if last.phase else 1))

    def cuts(self, source_cuts: frozenset[int]) -> frozenset[int]:
        """The result's pictures that begin a scene, of the source's; what lies between scenes is of the nearer one.

        A scene that is over before any picture of the result shows it is left out.
        """
        starts = (math.ceil((cut - Fraction(1, 2)) * self.fps / self.source_fps) for cut in source_cuts)
        return frozenset(start for start in starts if 0 < start < self.frames)


def sources_for(frames: int, source_fps: Fraction, fps: Fraction) -> int:
    """How many source pictures it takes so that every one of `frames` pictures lies between two, or on one."""
    return math.ceil((frames - 1) * Fraction(source_fps) / Fraction(fps)) + 1
