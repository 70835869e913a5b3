"""The light of a video: measured picture by picture, and put together from segments that other processes measured."""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from models.hdr.radiance import WHITE_NITS, checked
from models.hdr.transfer import BT2020_OF_BT709
from models.video_file import histogram
from models.video_file.video_error import SegmentMismatch

# The most light that PQ and ST 2094-40 can state is 10,000 cd/m2.
_UNITS: Final = np.float32(WHITE_NITS * 10)
_BAND: Final = 1 << 20  # pixels looked at together: a picture of 8K is never copied whole
_HIGHEST, _ALMOST_HIGHEST = 99.99, 99.98
_MATRIX: Final = BT2020_OF_BT709.astype(np.float32)


@dataclass(frozen=True)
class SceneLight:
    """Pictures that follow one another without a cut. Light is in tenths of a cd/m2 of BT.2020's red, green and blue.

    Attributes:
        first_frame: The first of them, counted from the video's first.
        frames: How many.
        max_scl: The brightest red, green and blue.
        brightest: The brightest channel in scene-linear BT.709; 1 is diffuse white.
        average_sum: Each picture's mean of the pixels' largest channels in 0.0001 cd/m2, added up: whole numbers, so that
            the order of adding does not matter.
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
    """A video's light, or that of a part of it: plain numbers, which JSON and any process boundary carry.

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
        place = bisect_right([scene.first_frame for scene in self.scenes], frame) - 1
        if place < 0 or frame >= self.scenes[place].first_frame + self.scenes[place].frames:
            raise SegmentMismatch(f"the light of picture {frame} was not measured: measure the whole video first")
        return self.scenes[place]


def measure_video(
    frames: Iterable[NDArray[np.float32]], first_frame: int = 0, cuts: Collection[int] = ()
) -> VideoLight:
    """Look at pictures one by one; none is kept.

    Args:
        frames: Scene-linear (height, width, 3) in BT.709; 1 is diffuse white, 203 cd/m2.
        first_frame: The number of the first, where it is a segment's.
        cuts: The numbers of pictures that begin a new scene, counted from the video's first.

    Raises:
        NoLight: One of them is no picture of light.
        SegmentMismatch: There is none.
    """
    scenes: list[list[SceneLight]] = []
    for number, frame in enumerate(frames, first_frame):
        if not scenes or number in cuts:
            scenes.append([])
        scenes[-1].append(_measure(frame, number))
        if len(scenes[-1]) > 1:  # joined at once, so that memory does not grow with the video
            scenes[-1] = [_together(scenes[-1])]
    if not scenes:
        raise SegmentMismatch("there is no picture to measure: send at least one")
    return VideoLight(tuple(_together(scene) for scene in scenes))


def join_light(parts: Sequence[VideoLight], cuts: Collection[int] = ()) -> VideoLight:
    """A video's light from its segments', in any order; the same as if they had been measured in one go.

    Args:
        parts: What `measure_video` gave for each.
        cuts: As there.

    Raises:
        SegmentMismatch: A segment is missing, or there are two of one.
    """
    scenes: list[list[SceneLight]] = []
    expected = 0
    for scene in sorted((scene for part in parts for scene in part.scenes), key=lambda each: each.first_frame):
        if scene.first_frame != expected:
            raise SegmentMismatch(
                f"the light of picture {min(expected, scene.first_frame)} is missing or was given twice: measure every "
                "segment once"
            )
        expected += scene.frames
        if not scenes or scene.first_frame in cuts:
            scenes.append([])
        scenes[-1].append(scene)
    if not scenes:
        raise SegmentMismatch("no light was measured: measure every segment once")
    return VideoLight(tuple(_together(scene) for scene in scenes))


def _measure(frame: NDArray[Any], number: int) -> SceneLight:
    rows = max(1, _BAND // max(1, frame.shape[1] if frame.ndim == 3 else 1))
    counts = np.zeros(histogram.LARGEST + 1, np.int64)
    brightest, scl, total = 0.0, np.zeros(3), 0.0
    for top in range(0, max(len(frame), 1), rows):
        light = checked(frame[top : top + rows])
        brightest = max(brightest, float(light.max()))
        units = np.minimum((light.reshape(-1, 3) @ _MATRIX) * _UNITS, np.float32(histogram.LARGEST))
        scl = np.maximum(scl, units.max(0))
        largest = units.max(-1)
        total += float(largest.sum(dtype=np.float64))
        counts += np.bincount(np.rint(largest).astype(np.int64), minlength=histogram.LARGEST + 1)
    average = round(1000 * total / int(counts.sum()))
    highest, almost = histogram.percentiles(counts, (_HIGHEST, _ALMOST_HIGHEST))
    red, green, blue = (round(float(channel)) for channel in scl)
    return SceneLight(
        first_frame=number,
        frames=1,
        max_scl=(red, green, blue),
        brightest=brightest,
        average_sum=average,
        average_max=average,
        highest=highest,
        almost_highest=almost,
        below_100=int(counts[:1001].sum()),
        bins=histogram.fold(counts),
    )


def _together(scenes: Sequence[SceneLight]) -> SceneLight:
    red, green, blue = (max(scene.max_scl[channel] for scene in scenes) for channel in range(3))
    return SceneLight(
        first_frame=scenes[0].first_frame,
        frames=sum(scene.frames for scene in scenes),
        max_scl=(red, green, blue),
        brightest=max(scene.brightest for scene in scenes),
        average_sum=sum(scene.average_sum for scene in scenes),
        average_max=max(scene.average_max for scene in scenes),
        highest=max(scene.highest for scene in scenes),
        almost_highest=max(scene.almost_highest for scene in scenes),
        below_100=sum(scene.below_100 for scene in scenes),
        bins=histogram.add([scene.bins for scene in scenes]),
    )
