"""Small clips of moving light for the tests of video files."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from models.video_file import Segment, VideoFormat, VideoLight, encode_segment, join_segments, measure_video
from models.video_file.frame_planes import planes_of
from models.video_file.measuring import join_light

WIDTH, HEIGHT = 96, 64
CUTS = (12,)
BRIGHTEST = 5.9  # of twenty pictures
SAID = '{"prompt": "ünïcode <&> 你好", "seed": 7}'


def picture(number: int) -> np.ndarray:
    """A coloured ground with a bright square that moves; from the twelfth on it is night."""
    y, x = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)
    light = np.stack([x / WIDTH, y / HEIGHT, 0.3 + 0.2 * np.sin(x / 9)], -1).astype(np.float32)
    left = 3 * number % 80
    light[10:22, left : left + 12] = (4 + number / 10, 4, 3.5)
    return light if number < 12 else light * np.float32(0.2)


def pictures(first: int, count: int) -> Iterator[np.ndarray]:
    return (picture(number) for number in range(first, first + count))


def a_format(fps: Fraction = Fraction(24_000, 1001), **changes: object) -> VideoFormat:
    return VideoFormat(WIDTH, HEIGHT, fps, **{"segment_frames": 8, "preset": "fast", **changes})  # type: ignore[arg-type]


def light_of(frames: int, segment: int = 8, cuts: tuple[int, ...] = CUTS) -> VideoLight:
    parts = [measure_video(pictures(a, min(segment, frames - a)), a, cuts) for a in range(0, frames, segment)]
    return join_light(parts[::-1], cuts)


def encoded(  # one segment, as `video` makes it
    path: Path, form: VideoFormat, first: int, total: int, cuts: tuple[int, ...] = CUTS, threads: int = 1
) -> Segment:
    frames = pictures(first, min(form.segment_frames, total - first))
    return encode_segment(frames, path, form, first, total, brightest=BRIGHTEST, cuts=cuts, threads=threads)


def segments_of(folder: Path, form: VideoFormat, total: int, cuts: tuple[int, ...] = CUTS) -> list[Path]:
    firsts = range(0, total, form.segment_frames)
    return [encoded(folder / f"{first}.mp4", form, first, total, cuts).path for first in firsts]


def video(folder: Path, form: VideoFormat, frames: int = 20) -> tuple[Path, VideoLight]:
    path = folder / "video.mp4"
    return path, join_segments(segments_of(folder, form, frames), path, form, SAID, CUTS)


def decoded(path: Path) -> Iterator[np.ndarray]:
    """Luma of the pictures, in their order."""
    with av.open(str(path)) as file:
        for frame in file.decode(video=0):
            bits = 10 if "10" in frame.format.name else 8
            yield planes_of(frame, bits)[0].astype(np.float64)
