"""Grades of light, and light of pictures: steady over a scene, the same in segments, near to the truth."""

from collections.abc import Iterator

import numpy as np
import pytest

from models.embedded_image.scenes import render, sample_scene
from models.grading import (
    CannotGrade,
    Grade,
    UnmeasuredScene,
    grade_frame,
    grade_of,
    graded,
    join_tones,
    measure_tones,
    to_light,
    to_screen,
    treatment,
)
from models.hdr import BrightTones, NoLight, count_bright_tones, expand, pu21_psnr, tone_map
from models.hdr.transfer import linear_of_srgb
from models.styles import grade_light, style, styles
from models.video_file import SegmentMismatch, measure_video

pytestmark = pytest.mark.video

LIGHT = np.array([[[0.0, 0.0, 0.0], [0.18, 0.18, 0.18], [0.8, 0.4, 0.1], [40.0, 20.0, 10.0]]], np.float32)


def changed(**settings: float) -> np.ndarray:
    return grade_frame(LIGHT, Grade(**settings))


def test_each_setting_does_what_it_says() -> None:
    assert grade_frame(LIGHT, Grade()) is LIGHT
    np.testing.assert_allclose(changed(exposure=1.5), LIGHT * 2**1.5, rtol=1e-6)
    np.testing.assert_allclose(changed(contrast=1.6)[0, 1], 0.18, rtol=1e-5)
    assert changed(contrast=1.6)[0, 2, 2] < LIGHT[0, 2, 2] * changed(contrast=1.6)[0, 2, 0] / LIGHT[0, 2, 0] * 1.001
    np.testing.assert_allclose(changed(saturation=0)[0, 2], LIGHT[0, 2] @ (0.2126, 0.7152, 0.0722), rtol=1e-5)
    amber, blue, magenta = changed(temperature=1)[0, 1], changed(temperature=-1)[0, 1], changed(tint=1)[0, 1]
    assert amber[0] > amber[1] > amber[2]
    assert blue[0] < blue[1] < blue[2]
    assert magenta[1] < magenta[0] == magenta[2]
    np.testing.assert_allclose(changed(lift=0.1)[0, 0], 0.1)
    np.testing.assert_array_equal(changed(lift=0.1)[0, 3], LIGHT[0, 3])


def test_contrast_keeps_lamps_as_far_above_white_as_they_were() -> None:
    ramp = np.geomspace(1, 40, 20, dtype=np.float32)[None, :, None].repeat(3, 2)
    found = grade_frame(ramp, Grade(contrast=1.8))
    np.testing.assert_allclose(found / found[0, 0], ramp, rtol=1e-5)
    assert found[0, 0, 0] == pytest.approx((1 / 0.18) ** 0.8, rel=1e-5)
    dark = np.geomspace(0.01, 1, 30, dtype=np.float32)[None, :, None].repeat(3, 2)
    assert (np.diff(grade_frame(dark, Grade(contrast=0.5))[0, :, 0]) > 0).all()


def test_a_style_grades_video_as_it_does_pictures_up_to_white() -> None:
    light = np.random.default_rng(1).random((20, 30, 3), np.float32) * 0.2
    for each in styles().values():
        np.testing.assert_allclose(grade_frame(light, grade_of(each)), grade_light(light, each), rtol=2e-4, atol=1e-6)
    noir = grade_frame(light, grade_of(style("film-noir")))
    assert np.ptp(noir, axis=2).max() < 1e-4


def test_large_pictures_are_graded_in_bands_that_do_not_show() -> None:
    light = np.random.default_rng(2).random((1400, 1000, 3), np.float32)
    grade = Grade(exposure=0.5, temperature=0.3, saturation=1.2, contrast=1.2, lift=0.02)
    (whole,) = graded([light], grade)
    np.testing.assert_array_equal(whole[500:560], grade_frame(light[500:560], grade))


@pytest.mark.parametrize(
    "wrong", [{"exposure": 7}, {"contrast": 0.1}, {"saturation": -1}, {"lift": 0.5}, {"tint": float("nan")}]
)
def test_settings_out_of_bounds_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(CannotGrade, match=f"choose a {next(iter(wrong))} of"):
        Grade(**wrong)


def test_what_is_no_light_is_refused() -> None:
    with pytest.raises(NoLight):
        grade_frame(np.full((4, 4, 3), np.inf, np.float32), Grade(exposure=1))


def lamp_scene(number: int) -> np.ndarray:
    """A lamp that comes into view: with every picture more of it is white."""
    light = np.random.default_rng(4).random((60, 80, 3), np.float32) * np.float32(0.5)
    light[20:40, : 2 + 5 * number] = (12, 11, 9)
    return light


def pictures(first: int, stop: int) -> Iterator[np.ndarray]:
    return (tone_map(lamp_scene(number % 6), 14.0) for number in range(first, stop))


def test_a_scene_has_one_curve_where_every_picture_alone_would_have_its_own() -> None:
    scenes = measure_tones(pictures(0, 6))
    steady = [light[25, 1] for light in to_light(pictures(0, 6), 0, scenes)]
    own = [expand(picture)[25, 1] for picture in pictures(0, 6)]
    np.testing.assert_array_equal(steady, np.broadcast_to(steady[0], (6, 3)))
    assert np.ptp([light.max() for light in own]) > 1


def test_segments_measured_apart_give_what_one_look_gives() -> None:
    whole = measure_tones(pictures(0, 12), 0, {6})
    parts = [measure_tones(pictures(first, first + 4), first, {6}) for first in (8, 0, 4)]
    assert join_tones(parts, {6}) == whole
    assert [(scene.first_frame, scene.frames) for scene in whole] == [(0, 6), (6, 6)]
    assert whole[1].tones.pixels == 6 * 60 * 80
    all_light = list(to_light(pictures(0, 12), 0, whole))
    for one, other in zip(to_light(pictures(4, 8), 4, whole), all_light[4:8], strict=True):
        np.testing.assert_array_equal(one, other)


def test_segments_that_are_missing_are_named() -> None:
    parts = [measure_tones(pictures(first, first + 4), first) for first in (0, 8)]
    with pytest.raises(UnmeasuredScene, match="picture 4 is missing"):
        join_tones(parts)
    with pytest.raises(UnmeasuredScene, match="picture 4 was not measured"):
        list(to_light(pictures(0, 5), 0, parts[0]))


def test_light_of_a_scene_comes_nearer_to_what_was_rendered_than_plain_pictures_do() -> None:
    generator = np.random.default_rng(1)
    margins: list[float] = []
    while len(margins) < 8:
        light = render(sample_scene(generator), 96, 96)
        if light.max() <= 1.5:
            continue
        clip = [tone_map(light * np.float32(share), float(light.max())) for share in (0.9, 1.0)]
        *_, expanded = to_light(clip, 0, measure_tones(clip))
        *_, plain = to_light(clip)
        margins.append(pu21_psnr(expanded, light) - pu21_psnr(plain, light))
    assert np.mean(margins) > 3, margins


def test_without_hdr_light_is_the_pictures_own() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (8, 8, 3)).astype(np.uint8)
    (light,) = to_light([picture])
    np.testing.assert_allclose(light, linear_of_srgb(picture / 255), atol=1e-6)


def test_tones_count_what_the_picture_has() -> None:
    picture = np.zeros((2, 4, 3), np.uint8)
    picture[0, :, 1] = (224, 225, 250, 255)
    assert count_bright_tones(picture) == BrightTones(8, 3, 2, 1)


def test_screens_show_a_scene_with_one_white() -> None:
    frames = [lamp_scene(number) * np.float32(1 + number) for number in range(3)]
    light = measure_video(frames)
    shown = list(to_screen(frames, light))
    np.testing.assert_array_equal(shown[1], tone_map(frames[1], light.brightest))
    assert shown[2].max() == 255 > shown[0].max()
    (apart,) = to_screen(frames[1:2], light, 1)
    np.testing.assert_array_equal(apart, shown[1])
    with pytest.raises(SegmentMismatch):
        list(to_screen(frames, light, 2))


def test_what_is_done_is_said() -> None:
    assert treatment("srgb", True).method == "expansion"
    assert "guessed" in treatment("srgb", True).note
    assert [treatment("srgb", False).method, treatment("linear", True).method] == ["linearised", "none"]
    assert treatment("linear", False).method == "tone map"
