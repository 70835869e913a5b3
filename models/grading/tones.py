"""How bright the pictures of each scene are, measured picture by picture, in segments, in any order."""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.hdr import BrightTones, count_bright_tones


class UnmeasuredScene(ValueError):
    """The scenes do not cover these pictures; the message says what to measure."""


@dataclass(frozen=True)
class SceneTones:
    """Pictures that follow one another without a cut.

    Attributes:
        first_frame: The first of them, counted from the video's first.
        frames: How many.
        tones: Of all of them together.
    """

    first_frame: int
    frames: int
    tones: BrightTones


def measure_tones(
    frames: Iterable[NDArray[np.uint8]], first_frame: int = 0, cuts: Collection[int] = ()
) -> tuple[SceneTones, ...]:
    """Look at sRGB pictures (height, width, 3) one by one; none is kept.

    Args:
        frames: The pictures of a video or of a segment.
        first_frame: The number of the first.
        cuts: The numbers of pictures that begin a new scene, counted from the video's first.
    """
    return _joined(
        [SceneTones(number, 1, count_bright_tones(frame)) for number, frame in enumerate(frames, first_frame)], cuts
    )


def join_tones(parts: Iterable[Sequence[SceneTones]], cuts: Collection[int] = ()) -> tuple[SceneTones, ...]:
    """A video's scenes from its segments', in any order; the same as if they had been measured in one go.

    Raises:
        UnmeasuredScene: A segment is missing, or there are two of one.
    """
    scenes = sorted((scene for part in parts for scene in part), key=lambda scene: scene.first_frame)
    expected = 0
    for scene in scenes:
        if scene.first_frame != expected:
            raise UnmeasuredScene(f"picture {expected} is missing or comes twice: measure every segment once")
        expected += scene.frames
    return _joined(scenes, cuts)


def tones_of(scenes: Sequence[SceneTones], frame: int) -> BrightTones:
    """Those of the scene that a picture is in.

    Raises:
        UnmeasuredScene: It was not measured.
    """
    place = bisect_right(scenes, frame, key=lambda scene: scene.first_frame) - 1
    if place < 0 or frame >= scenes[place].first_frame + scenes[place].frames:
        raise UnmeasuredScene(f"picture {frame} was not measured: measure the whole video first")
    return scenes[place].tones


def _joined(scenes: Iterable[SceneTones], cuts: Collection[int]) -> tuple[SceneTones, ...]:
    found: list[SceneTones] = []
    for scene in scenes:
        if found and scene.first_frame not in cuts:
            last = found[-1]
            found[-1] = replace(last, frames=last.frames + scene.frames, tones=last.tones + scene.tones)
        else:
            found.append(scene)
    return tuple(found)
