"""Small clips of moving light for the tests of video files."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np

from models.video_file import VideoFormat, VideoLight, encode_segment, join_light, join_segments, measure_video

WIDTH, HEIGHT = 96, 64
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


def light_of(frames: int, segment: int = 8, cuts: tuple[int, ...] = (12,)) -> VideoLight:
    parts = [measure_video(pictures(a, min(segment, frames - a)), a, cuts) for a in range(0, frames, segment)]
    return join_light(parts[::-1], cuts)


def segments_of(folder: Path, form: VideoFormat, light: VideoLight) -> list[Path]:
    size = form.segment_frames
    return [
        encode_segment(
            pictures(first, min(size, light.frames - first)), folder / f"{first}.mp4", form, light, first
        ).path
        for first in range(0, light.frames, size)
    ]


def video(folder: Path, form: VideoFormat, frames: int = 20) -> tuple[Path, VideoLight]:
    light = light_of(frames, form.segment_frames)
    path = folder / "video.mp4"
    join_segments(segments_of(folder, form, light), path, form, light, SAID)
    return path, light
