"""Light measured picture by picture, and put together from segments that other processes measured."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from models.hdr.radiance import WHITE_NITS, checked
from models.video_file import histogram
from models.video_file.light import SceneLight, VideoLight
from models.video_file.video_error import SegmentMismatch
from models.video_file.wide_gamut import bt2020_planes

_UNITS: Final = np.float32(WHITE_NITS * 10)
_BAND: Final = 1 << 19  # pixels looked at together: a picture of 8K is never copied whole
_HIGHEST, _ALMOST_HIGHEST = 99.99, 99.98


class LightMeter:
    """Measures pictures as they come by; none is kept.

    Args:
        first_frame: The number of the first, where it is a segment's.
        cuts: The numbers of pictures that begin a new scene, counted from the video's first.
    """

    def __init__(self, first_frame: int = 0, cuts: Collection[int] = ()) -> None:
        self._next = first_frame
        self._cuts = cuts
        self._scenes: list[SceneLight] = []

    def add(self, frame: NDArray[np.float32]) -> None:
        """Look at the next picture.

        Raises:
            NoLight: It is no picture of light.
        """
        measured = _measure(frame, self._next)
        if self._scenes and self._next not in self._cuts:
            measured = _together((self._scenes.pop(), measured))  # at once, so that memory does not grow
        self._scenes.append(measured)
        self._next += 1

    def read(self) -> VideoLight:
        """The light of all pictures so far.

        Raises:
            SegmentMismatch: There was none.
        """
        return VideoLight(tuple(self._scenes))


def measure_video(
    frames: Iterable[NDArray[np.float32]], first_frame: int = 0, cuts: Collection[int] = ()
) -> VideoLight:
    """The light of pictures that are not encoded now, as of small ones before they are enlarged.

    Args:
        frames: Scene-linear (height, width, 3) in BT.709; 1 is diffuse white, 203 cd/m2.
        first_frame: As for `LightMeter`.
        cuts: As for `LightMeter`.

    Raises:
        NoLight: One of them is no picture of light.
        SegmentMismatch: There is none.
    """
    meter = LightMeter(first_frame, cuts)
    for frame in frames:
        meter.add(frame)
    return meter.read()


def join_light(parts: Sequence[VideoLight], cuts: Collection[int] = ()) -> VideoLight:
    """A video's light from its segments', in any order; the same as if they had been measured in one go.

    Args:
        parts: What a `LightMeter` read of each.
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
        planes = [np.minimum(plane * _UNITS, np.float32(histogram.LARGEST)) for plane in bt2020_planes(light)]
        scl = np.maximum(scl, [float(plane.max()) for plane in planes])
        largest = np.maximum(np.maximum(planes[0], planes[1]), planes[2]).ravel()
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
