"""Pictures in between against what is known to be there."""

import itertools
from collections.abc import Callable, Iterator
from fractions import Fraction

import cv2
import numpy as np
import pytest

from models.hdr import NoLight, pu21_psnr
from models.interpolation import CannotRetime, Retiming, interpolate
from tests.models.interpolation.moving import GROUND, HEIGHT, WIDTH, clip, disc, pan, psnr, shifted

pytestmark = pytest.mark.video

FAST = Retiming(Fraction(24), Fraction(60), 7)


def fast(time: float) -> np.ndarray:
    return disc(time, (22.0, -9.0))


def slow(time: float) -> np.ndarray:
    return disc(time, (2.5, 1.0))


@pytest.mark.parametrize(("moving", "least", "margin"), [(disc, 38, 8), (fast, 34, 7), (slow, 44, 6), (pan, 40, 20)])
def test_what_moves_is_where_it_should_be(moving: Callable[[float], np.ndarray], least: float, margin: float) -> None:
    """Margin over the mere blend of both sources, in dB."""
    retiming = Retiming(Fraction(2), Fraction(5), 2)
    found = list(interpolate([moving(0), moving(1)], retiming))[1:3]
    for picture, phase in zip(found, (0.4, 0.8), strict=True):
        truth = moving(phase)
        blended = moving(0) * (1 - phase) + moving(1) * phase
        assert psnr(picture, truth) > least
        assert psnr(picture, truth) > psnr(blended, truth) + margin


def lamp(time: float) -> np.ndarray:
    y, x = np.indices((HEIGHT, WIDTH), np.float32)
    inside = np.clip(12.5 - np.hypot(x - 110 - 9 * time, y - 80 - 4 * time), 0, 1)[..., None]
    return np.asarray(shifted(GROUND, 0, 0) * (1 - inside) + 30 * inside, np.float32)


def lit(time: float) -> np.ndarray:
    return disc(time, light=20)


@pytest.mark.parametrize("moving", [lamp, lit])
def test_light_beyond_white_moves_without_a_dark_ring(moving: Callable[[float], np.ndarray]) -> None:
    retiming = Retiming(Fraction(1), Fraction(2), 2)
    found = list(interpolate([moving(0), moving(1)], retiming))[1]
    truth, blended = moving(0.5), (moving(0) + moving(1)) / 2
    assert pu21_psnr(found, truth) > 34
    assert pu21_psnr(found, truth) > pu21_psnr(blended, truth) + 8
    assert found.min() >= 0
    assert found.max() == pytest.approx(truth.max(), rel=0.15)


def test_large_pictures_have_their_flow_searched_in_small_ones() -> None:
    retiming = Retiming(Fraction(1), Fraction(2), 2)
    first, truth, second = (disc(time, (12, 5), scale=3.2) for time in (0, 0.5, 1))
    assert first.shape == (576, 1024, 3)
    found = list(interpolate([first, second], retiming))[1]
    assert psnr(found, truth) > psnr((first + second) / 2, truth) + 6


def test_times_of_sources_are_the_sources_bit_for_bit() -> None:
    sources = list(clip(range(7)))
    found = list(interpolate(sources, FAST))
    for number, source in ((0, 0), (5, 2), (10, 4), (15, 6)):
        np.testing.assert_array_equal(found[number], sources[source])


def test_nothing_is_shown_twice_while_something_moves() -> None:
    found = list(interpolate(clip(range(7)), FAST, 0, 16))
    steps = [float(np.abs(after - before).mean()) for before, after in itertools.pairwise(found)]
    assert min(steps) > 0.4 * max(steps)


def test_segments_made_apart_are_the_whole_bit_for_bit() -> None:
    cuts = frozenset({4})
    whole = list(interpolate(clip(range(7)), FAST, cuts=cuts))
    assert len(whole) == FAST.frames
    for first, stop in ((0, 1), (1, 6), (6, 7), (7, 9), (9, 10), (10, 14), (14, len(whole))):
        part = list(interpolate(clip(FAST.needed(first, stop)), FAST, first, stop, cuts))
        for one, other in zip(part, whole[first:stop], strict=True):
            np.testing.assert_array_equal(one, other)


def test_the_number_of_threads_changes_nothing() -> None:
    before = cv2.getNumThreads()
    found = []
    try:
        for threads in (1, 2, 5):
            cv2.setNumThreads(threads)
            found.append(list(interpolate(clip(range(2)), Retiming(Fraction(1), Fraction(2), 2)))[1])
    finally:
        cv2.setNumThreads(before)
    np.testing.assert_array_equal(found[0], found[1])
    np.testing.assert_array_equal(found[0], found[2])


def test_nothing_is_moved_across_a_cut() -> None:
    sources = [pan(0), pan(1), disc(0), disc(1)]
    found = list(interpolate(sources, Retiming(Fraction(24), Fraction(96), 4), cuts=frozenset({2})))
    for number, source in ((5, 1), (6, 2), (7, 2)):
        np.testing.assert_array_equal(found[number], sources[source])
    assert not np.array_equal(found[3], sources[0])
    assert not np.array_equal(found[9], sources[2])


def test_what_stands_still_stands_still() -> None:
    still = shifted(GROUND, 0, 0)
    for picture in interpolate([still, still.copy()], Retiming(Fraction(1), Fraction(4), 2), 0, 4):
        np.testing.assert_allclose(picture, still, atol=2e-3)


def test_fewer_pictures_a_second_are_taken_from_where_their_times_are() -> None:
    found = list(interpolate(clip(range(6)), Retiming(Fraction(60), Fraction(24), 6)))
    assert len(found) == 3
    np.testing.assert_array_equal(found[2], disc(5))
    assert psnr(found[1], disc(2.5)) > 36


def test_pictures_of_a_few_pixels_are_blended() -> None:
    dark, bright = np.zeros((2, 3, 3), np.float32), np.ones((2, 3, 3), np.float32)
    found = list(interpolate([dark, bright], Retiming(Fraction(1), Fraction(2), 2)))
    np.testing.assert_allclose(found[1], 0.5, atol=1e-6)


def test_sources_are_read_when_they_are_needed_and_no_earlier() -> None:
    read = []

    def sources() -> Iterator[np.ndarray]:
        for number in range(7):
            read.append(number)
            yield disc(number)

    pictures = interpolate(sources(), FAST)
    for expected in (0, 1, 1, 2, 2, 2, 3):
        next(pictures)
        assert read[-1] == expected


def test_missing_and_odd_sources_are_named() -> None:
    with pytest.raises(CannotRetime, match="source picture 3 is missing: send 0 to 6"):
        list(interpolate(clip(range(3)), FAST))
    with pytest.raises(CannotRetime, match="source picture 1 has another size"):
        list(interpolate([disc(0), disc(1)[:100]], Retiming(Fraction(1), Fraction(2), 2)))
    with pytest.raises(NoLight):
        list(interpolate([disc(0), disc(1) * np.float32(np.nan)], Retiming(Fraction(1), Fraction(2), 2)))
