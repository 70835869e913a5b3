"""The light of a video, as plain numbers that any process boundary carries."""

import json
import math
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Final

from models.video_file.histogram import BINS, LARGEST
from models.video_file.video_error import SegmentMismatch

_MOST: Final = 2**53  # pixels of a scene: eight hours of 8K at 120 pictures a second are a hundredth of it


@dataclass(frozen=True)
class SceneLight:
    """Pictures that follow one another without a cut. Light is in tenths of a cd/m2 of BT.2020's red, green and blue.

    Attributes:
        first_frame: The first of them, counted from the video's first.
        frames: How many.
        max_scl: The brightest red, green and blue.
        brightest: The brightest channel in scene-linear BT.709; 1 is diffuse white.
        average_sum: Each picture's mean of the pixels' largest channels in 0.0001 cd/m2, added up: whole numbers, so
            that the order of adding does not matter.
        average_max: The largest of those means.
        highest: The largest of the pictures' 99.99 % values.
        almost_highest: The largest of the pictures' 99.98 % values.
        below_100: Pixels of at most 100 cd/m2.
        bins: A histogram (`models.video_file.histogram`) of the pixels' largest channels.

    Raises:
        SegmentMismatch: No pictures have such light.
    """

    first_frame: int
    frames: int
    max_scl: tuple[int, int, int]
    brightest: float
    average_sum: int
    average_max: int
    highest: int
    almost_highest: int
    below_100: int
    bins: tuple[int, ...]

    def __post_init__(self) -> None:
        if not all(self._conditions()):
            raise SegmentMismatch("this is the light of no picture: measure again")

    def _conditions(self) -> Iterator[bool]:
        yield 0 <= self.first_frame < _MOST and 1 <= self.frames < _MOST
        yield all(0 <= channel <= LARGEST for channel in self.max_scl)
        yield math.isfinite(self.brightest) and self.brightest >= 0
        yield 0 <= self.average_max <= 1000 * LARGEST and 0 <= self.average_sum <= self.frames * self.average_max
        yield 0 <= self.almost_highest <= self.highest <= LARGEST
        yield len(self.bins) <= BINS and all(count >= 0 for count in self.bins)
        yield 0 < self.pixels < _MOST and 0 <= self.below_100 <= self.pixels

    @property
    def pixels(self) -> int:
        """How many were measured, of all pictures together."""
        return sum(self.bins)

    @property
    def average(self) -> int:
        """The mean of the pixels' largest channels over the scene."""
        return round(self.average_sum / self.frames / 1000)

    @property
    def share_below_100(self) -> float:
        """The share of the pixels that have at most 100 cd/m2."""
        return self.below_100 / self.pixels


@dataclass(frozen=True)
class VideoLight:
    """A video's light, or that of a part of it.

    Attributes:
        scenes: One after the other, without a gap.

    Raises:
        SegmentMismatch: There is none, or a gap.
    """

    scenes: tuple[SceneLight, ...]

    def __post_init__(self) -> None:
        whole = all(one.first_frame + one.frames == other.first_frame for one, other in pairwise(self.scenes))
        if not self.scenes or not whole:
            raise SegmentMismatch("this is the light of no picture, or of some with gaps between: measure again")

    @property
    def frames(self) -> int:
        """How many pictures were measured."""
        return sum(scene.frames for scene in self.scenes)

    @property
    def max_cll(self) -> int:
        """MaxCLL in cd/m2 (CTA-861.3, annex P), 1 at least: 0 would say that it is not known."""
        return max(1, round(max(max(scene.max_scl) for scene in self.scenes) / 10))

    @property
    def max_fall(self) -> int:
        """MaxFALL in cd/m2 (CTA-861.3, annex P), 1 at least."""
        return max(1, round(max(scene.average_max for scene in self.scenes) / 10_000))

    @property
    def brightest(self) -> float:
        """The brightest channel in scene-linear BT.709."""
        return max(scene.brightest for scene in self.scenes)

    def scene_of(self, frame: int) -> SceneLight:
        """The scene that a picture is in, counted from the video's first.

        Raises:
            SegmentMismatch: It was not measured.
        """
        place = bisect_right(self.scenes, frame, key=lambda scene: scene.first_frame) - 1
        if place < 0 or frame >= self.scenes[place].first_frame + self.scenes[place].frames:
            raise SegmentMismatch(f"the light of picture {frame} was not measured: measure the whole video first")
        return self.scenes[place]

    def to_json(self) -> str:
        """For another process; some 20 KB a scene."""
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "VideoLight":
        """What `to_json` gave.

        Raises:
            SegmentMismatch: It is something else.
        """
        from pydantic import TypeAdapter, ValidationError  # noqa: PLC0415 - where text from elsewhere is read

        try:
            return TypeAdapter(cls).validate_json(text, strict=True)
        except ValidationError as error:
            raise SegmentMismatch("this is not the measured light of a video: measure again") from error
