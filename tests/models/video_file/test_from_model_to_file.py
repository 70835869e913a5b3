"""Every stage between a video model's pictures and the finished file, one after the other, in segments made apart."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from models.embedded_image.scenes import render, sample_scene
from models.grading import grade_of, graded, join_tones, measure_tones, to_light
from models.interpolation import Retiming, interpolate
from models.scene_cuts import cuts_in, needed
from models.styles import style
from models.upscaling import own_network, upscaled
from models.video_file import (
    Expected,
    VideoFormat,
    check_video,
    encode_segment,
    join_segments,
)

pytestmark = pytest.mark.video

SOURCES, CUT, SEGMENT = 9, 5, 12
RETIMING = Retiming(Fraction(24), Fraction(60), SOURCES)
GROUNDS = [np.clip(render(sample_scene(np.random.default_rng(seed)), 96, 96), 0, 1) for seed in (1, 2)]


def made(number: int) -> np.ndarray:
    """A picture as a video model gives it: sRGB, 48 x 32, with a white square that moves."""
    ground = np.round(GROUNDS[number >= CUT][20:52, 10:58] ** (1 / 2.2) * 255).astype(np.uint8)
    return cv2.rectangle(ground, (3 * number % 36, 8), (3 * number % 36 + 9, 18), (255, 255, 250), -1)


def sources(numbers: range) -> Iterator[np.ndarray]:
    return (made(number) for number in numbers)


def test_segments_made_apart_are_one_video(tmp_path: Path) -> None:
    def dim_light(numbers: range) -> Iterator[np.ndarray]:
        return to_light(sources(numbers), numbers.start)

    halves = ((0, 4), (4, SOURCES))
    cuts = frozenset(cut for a, b in halves for cut in cuts_in(dim_light(needed(a, b, SOURCES)), a, b, SOURCES))
    assert cuts == {CUT}
    scenes = join_tones([measure_tones(sources(range(a, b)), a, cuts) for a, b in halves], cuts)
    torch.set_num_threads(1)
    network = own_network()

    def frames(first: int, stop: int) -> Iterator[np.ndarray]:
        numbers = RETIMING.needed(first, stop)
        light = to_light(sources(numbers), numbers.start, scenes)
        between = interpolate(light, RETIMING, first, stop, cuts)
        return graded(upscaled(between, 96, 64, network), grade_of(style("cinematic")))

    spans = [(first, min(first + SEGMENT, RETIMING.frames)) for first in range(0, RETIMING.frames, SEGMENT)]
    whole = list(frames(0, RETIMING.frames))
    form = VideoFormat(96, 64, Fraction(60), segment_frames=SEGMENT, preset="ultrafast")
    shown = RETIMING.cuts(cuts)

    def checked_against_the_whole(first: int, stop: int) -> Iterator[np.ndarray]:
        for number, frame in enumerate(frames(first, stop), first):
            np.testing.assert_array_equal(frame, whole[number])
            yield frame

    files = []
    for first, stop in spans:
        pictures = checked_against_the_whole(first, stop)
        path = tmp_path / f"{first}.mp4"
        files.append(encode_segment(pictures, path, form, first, RETIMING.frames, cuts=shown).path)
    light = join_segments(files, tmp_path / "video.mp4", form, "{}", shown)
    report = check_video(tmp_path / "video.mp4", Expected(form, light, "{}"))
    assert report.frames == len(whole) == 23
    assert [scene.first_frame for scene in light.scenes] == [0, 12]
    assert light.max_cll > 400, "what was white shines beyond it"
