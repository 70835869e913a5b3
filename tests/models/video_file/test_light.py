"""Light measured picture by picture, and the same from segments of any order."""

import json
import tracemalloc
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.hdr import NoLight
from models.hdr.transfer import BT2020_OF_BT709
from models.video_file import SegmentMismatch, VideoLight, measure_video
from models.video_file.dynamic_metadata import metadata_of
from models.video_file.histogram import LARGEST, fold, percentiles
from models.video_file.measuring import join_light
from tests.models.video_file.clips import light_of, picture, pictures

pytestmark = pytest.mark.video


def tenths(light: np.ndarray) -> np.ndarray:
    """Tenths of a cd/m2 in BT.2020, the long way."""
    return np.minimum(light.astype(np.float64) @ BT2020_OF_BT709 * 2030, LARGEST)


def test_one_picture_has_the_values_of_the_definition() -> None:
    light = picture(3)
    (scene,) = measure_video([light]).scenes
    units = tenths(light)
    largest = np.sort(np.round(units.max(-1)).ravel())
    found = metadata_of(scene)
    assert found.max_scl == pytest.approx(units.max((0, 1)), abs=0.6)
    assert found.average == pytest.approx(units.max(-1).mean(), abs=0.6)

    def at(percent: float) -> float:
        return float(largest[int(np.ceil(len(largest) * percent / 100)) - 1])

    right = [at(1), at(99.99), 0, at(25), at(50), at(75), at(90), at(95), at(99.98)]
    right[2] = 100 * np.mean(units.max(-1) <= 1000)
    # Exact up to 204.7 cd/m2, to a two-thousandth beyond; a rounding to 0.1 cd/m2 may differ in float32.
    assert found.distribution == pytest.approx(right, abs=1, rel=1 / 2000)


def test_a_scene_is_all_of_its_pictures_together_and_keeps_its_brightest_flash() -> None:
    dark, flash = np.full((40, 40, 3), 0.1, np.float32), np.full((40, 40, 3), 0.1, np.float32)
    flash[0, :20] = 20.0
    (scene,) = measure_video([dark] * 99 + [flash]).scenes
    found = metadata_of(scene)
    assert found.max_scl == (40_600, 40_600, 40_600)
    assert found.distribution == (203, 40_600, 100, 203, 203, 203, 203, 203, 40_600)
    assert found.average == round(203 + 40_397 * 20 / 1600 / 100)
    light = VideoLight((scene,))
    assert (light.max_cll, light.max_fall) == (4060, round(20.3 + 4039.7 * 20 / 1600))


def test_dark_light_counts_as_one_nit_because_none_would_mean_unknown() -> None:
    light = measure_video([np.zeros((64, 64, 3), np.float32)])
    assert (light.max_cll, light.max_fall) == (1, 1)
    assert metadata_of(light.scenes[0]).distribution == (0, 0, 100, 0, 0, 0, 0, 0, 0)


def test_light_beyond_ten_thousand_nits_is_stated_as_that() -> None:
    light = measure_video([np.full((64, 64, 3), 1000, np.float32)])
    assert (light.max_cll, light.max_fall) == (10_000, 10_000)
    one, highest, below, *others = metadata_of(light.scenes[0]).distribution
    assert (highest, below) == (LARGEST, 0)
    assert [one, *others] == pytest.approx([LARGEST] * 7, rel=1 / 2000)


@pytest.mark.parametrize("segment", [1, 3, 8, 20])
def test_segments_measured_apart_give_what_one_look_gives(segment: int) -> None:
    whole = measure_video(pictures(0, 20), cuts=(12,))
    assert [(scene.first_frame, scene.frames) for scene in whole.scenes] == [(0, 12), (12, 8)]
    assert light_of(20, segment) == whole
    assert VideoLight.from_json(whole.to_json()) == whole
    assert len(whole.to_json()) < 60_000


def test_a_segment_that_is_missing_or_comes_twice_is_named() -> None:
    parts = [measure_video(pictures(a, 8), a) for a in (0, 8, 16)]
    for wrong in (parts[1:], [parts[0], parts[2]], [*parts, parts[0]], []):
        with pytest.raises(SegmentMismatch, match="measure every segment once"):
            join_light(wrong)
    with pytest.raises(SegmentMismatch):
        measure_video([])


@pytest.mark.parametrize("text", ["", "[]", '{"scenes": []}', '{"scenes": [{"first_frame": 0}]}', "nonsense"])
def test_light_from_elsewhere_is_looked_at_before_it_is_believed(text: str) -> None:
    with pytest.raises(SegmentMismatch, match="measure again"):
        VideoLight.from_json(text)


def test_numbers_of_the_wrong_kind_are_not_believed_either() -> None:
    said = json.loads(light_of(8).to_json())
    said["scenes"][0]["frames"] = "many"
    with pytest.raises(SegmentMismatch):
        VideoLight.from_json(json.dumps(said))


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -1.0])
def test_what_is_no_light_is_refused(wrong: float) -> None:
    light = picture(0)
    light[5, 5, 1] = wrong
    with pytest.raises(NoLight):
        measure_video([picture(0), light])


def test_pictures_are_not_kept() -> None:
    def many() -> Iterator[np.ndarray]:
        for _ in range(30):
            yield np.ones((256, 256, 3), np.float32)

    measure_video([np.ones((256, 256, 3), np.float32)])
    tracemalloc.start()
    measure_video(many())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10 * 256 * 256 * 3 * 4, "thirty pictures went by"


@given(st.lists(st.integers(0, LARGEST), min_size=1, max_size=300))
def test_folded_percentiles_are_the_exact_ones_to_a_two_thousandth(values: list[int]) -> None:
    counts = np.bincount(values, minlength=LARGEST + 1)
    asked = (1, 25, 50, 75, 90, 95, 99.98, 99.99)
    exact = percentiles(counts, asked)
    ordered = sorted(values)
    assert exact == tuple(ordered[int(np.ceil(len(values) * round(p * 100) / 10_000)) - 1] for p in asked)
    assert percentiles(fold(counts), asked) == pytest.approx(exact, rel=1 / 2000)
    assert sum(fold(counts)) == len(values)
