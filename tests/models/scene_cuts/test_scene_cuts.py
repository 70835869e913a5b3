"""Cuts that are there and none else: among pans, flashes, fades, dissolves and moving things."""

import itertools
import tracemalloc
from collections.abc import Iterator, Sequence

import cv2
import numpy as np
import pytest

from models.embedded_image.scenes import render, sample_scene
from models.hdr import NoLight
from models.scene_cuts import MissingPictures, cuts_in, difference, glance_at, needed

pytestmark = pytest.mark.video

SIDE = 128


def scene(number: int) -> np.ndarray:
    return render(sample_scene(np.random.default_rng(number)), SIDE, SIDE)


def texture(seed: int, side: int = 700) -> np.ndarray:
    noise = np.random.default_rng(seed)
    found = np.zeros((side, side, 3), np.float32)
    for grain in (4, 16, 64):
        found += cv2.resize(noise.random((side // grain, side // grain, 3), np.float32), (side, side)) / 3
    return found


def found_in(frames: Sequence[np.ndarray]) -> list[int]:
    return list(cuts_in(frames, 0, len(frames), len(frames)))


def moving(seed: int, count: int, speed: int = 2) -> list[np.ndarray]:
    """A scene with something that moves in it."""
    frames = []
    for number in range(count):
        frame = scene(seed).copy()
        left = 10 + speed * number % (SIDE - 40)
        frame[30:60, left : left + 30] = (0.9, 0.2, 0.1)
        frames.append(frame)
    return frames


def pan(seed: int, count: int, speed: int) -> list[np.ndarray]:
    ground = texture(seed)
    return [ground[100:228, 5 + speed * number : 133 + speed * number] for number in range(count)]


def test_hard_cuts_are_found_where_they_are() -> None:
    frames = [*moving(1, 9), *moving(2, 7), *pan(3, 8, 5), *moving(4, 3), *moving(5, 6)]
    assert found_in(frames) == [9, 16, 24, 27]


def test_pairs_of_scenes_differ_and_neighbours_in_a_scene_do_not() -> None:
    """The threshold lies between both: 0.26."""
    glances = [glance_at(scene(number)) for number in range(24)]
    apart = [difference(one, other) for one, other in itertools.pairwise(glances)]
    assert np.quantile(apart, 0.1) > 0.26
    near = [difference(glance_at(a), glance_at(b)) for a, b in zip(moving(6, 6, 8), moving(6, 7, 8)[1:], strict=True)]
    assert max(near) < 0.13


@pytest.mark.parametrize("speed", [3, 10, 16])
def test_a_fast_pan_is_no_cut_and_a_cut_in_it_is_one(speed: int) -> None:
    assert found_in(pan(1, 14, speed)) == []
    assert found_in([*pan(1, 8, speed), *[frame * (0.2, 0.5, 1.4) for frame in pan(7, 8, speed)]]) == [8]


@pytest.mark.parametrize("length", [1, 2])
@pytest.mark.parametrize("light", [3.0, 30.0])
def test_a_flash_is_no_cut(length: int, light: float) -> None:
    frames = moving(8, 14)
    for number in range(6, 6 + length):
        frames[number] = frames[number] * 0.3 + light
    assert found_in(frames) == []


def test_a_flash_at_a_cut_leaves_one_cut() -> None:
    frames = [*moving(8, 7), np.full((SIDE, SIDE, 3), 20, np.float32), *moving(9, 8)]
    assert found_in(frames) in ([7], [8])


def test_fades_and_dissolves_are_no_cuts() -> None:
    start, end = scene(10), scene(12)
    ways = np.linspace(0, 1, 13, dtype=np.float32)
    assert found_in([start * way for way in ways]) == []
    assert found_in([start * (1 - way) for way in ways]) == []
    assert found_in([start * (1 - way) + end * way for way in ways]) == []


def test_a_light_that_is_switched_on_is_no_cut() -> None:
    frames = moving(11, 14)
    assert found_in([frame * (0.4 if number < 7 else 1.0) for number, frame in enumerate(frames)]) == []


def test_a_cut_to_black_and_one_from_black_are_cuts() -> None:
    black = [np.zeros((SIDE, SIDE, 3), np.float32)] * 6
    assert found_in([*moving(13, 6), *black, *moving(14, 6)]) == [6, 12]


@pytest.mark.parametrize("size", [1, 3, 8, 40])
def test_segments_looked_at_apart_find_what_the_whole_has(size: int) -> None:
    frames = [*moving(1, 9), *moving(2, 7), *pan(3, 8, 5), *moving(4, 3), *moving(5, 6)]
    frames[12] = frames[12] + 9
    count = len(frames)
    found = []
    for first in range(0, count, size):
        stop = min(first + size, count)
        part = (frames[number] for number in needed(first, stop, count))
        found += list(cuts_in(part, first, stop, count))
    assert found == found_in(frames) == [9, 16, 24, 27]


@pytest.mark.parametrize("size", [(9, 7), (640, 360), (1, 1)])
def test_any_size_will_do(size: tuple[int, int]) -> None:
    frames = [cv2.resize(frame, size) for frame in (*moving(1, 5), *moving(2, 5))]
    assert found_in(frames) == ([5] if size != (1, 1) else found_in(frames))


def test_pictures_are_not_kept() -> None:
    def many() -> Iterator[np.ndarray]:
        for _ in range(40):
            yield np.random.default_rng(0).random((200, 200, 3), np.float32)

    assert list(cuts_in(many(), 0, 40, 40)) == []
    tracemalloc.start()
    list(cuts_in(many(), 0, 40, 40))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10 * 200 * 200 * 3 * 4


def test_missing_pictures_are_named_and_no_light_is_refused() -> None:
    with pytest.raises(MissingPictures, match="picture 5 is missing: send 0 to 9"):
        list(cuts_in(moving(1, 5), 0, 10, 10))
    with pytest.raises(NoLight):
        found_in([np.full((8, 8, 3), np.nan, np.float32)])
