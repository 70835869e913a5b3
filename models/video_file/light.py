"""The light of a video, as plain numbers that any process boundary carries."""

import json
from bisect import bisect_right
from dataclasses import asdict, dataclass

from models.video_file.video_error import SegmentMismatch


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

    @property
    def average(self) -> int:
        """The mean of the pixels' largest channels over the scene."""
        return round(self.average_sum / self.frames / 1000)

    @property
    def share_below_100(self) -> float:
        """The share of the pixels that have at most 100 cd/m2."""
        return self.below_100 / max(sum(self.bins), 1)


@dataclass(frozen=True)
class VideoLight:
    """A video's light, or that of a part of it.

    Attributes:
        scenes: One after the other, without a gap.
    """

    scenes: tuple[SceneLight, ...]

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
            light = TypeAdapter(cls).validate_json(text)
        except ValidationError as error:
            raise SegmentMismatch("this is not the measured light of a video: measure again") from error
        if not light.scenes or any(scene.frames < 1 or not scene.bins for scene in light.scenes):
            raise SegmentMismatch("this is the light of no picture: measure again")
        return light
