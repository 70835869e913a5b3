"""The library of styles: sound, visible on any picture, the same every time."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from models.styles import Grade, Style, Tone, UnknownStyle, apply_style, grade, grade_light, load_styles, style, styles

pytestmark = pytest.mark.image

BARE = {"id": "plain", "title": "Plain", "description": "Does nothing at all.", "grade": {}}


@pytest.fixture(scope="module")
def picture() -> NDArray[np.uint8]:
    """A sky over striped ground, with a shaded red ball: slopes, edges, texture and every colour."""
    size = 96
    y, x = np.mgrid[0:size, 0:size] / size
    ground = (y > 0.6)[..., None]
    sky = np.array([0.25, 0.5, 0.9]) * (1 - y[..., None]) + np.array([0.95, 0.8, 0.6]) * y[..., None]
    grass = np.array([0.2, 0.5, 0.15]) + 0.06 * np.sin(x * 90 + y * 60)[..., None]
    found = np.where(ground, grass, sky)
    away = np.hypot(x - 0.35, y - 0.6) / 0.25
    ball = np.array([0.85, 0.12, 0.1]) * np.clip(1.1 - np.hypot(x - 0.28, y - 0.5) / 0.3, 0.15, 1)[..., None]
    found = np.where((away < 1)[..., None], ball, found)
    found = np.where((np.hypot(x - 0.75, y - 0.25) < 0.1)[..., None], [1.0, 0.97, 0.8], found)
    return (np.clip(found, 0, 1) * 255).round().astype(np.uint8)


def plain(**fields: Any) -> Style:
    return Style.model_validate({**BARE, "grade": fields})


def test_the_library_is_large_and_sound() -> None:
    known = styles()
    assert len(known) >= 24
    assert {"realistic", "cinematic"} <= set(known), "the ids that this project's own examples use"
    for name, each in known.items():
        assert each.id == name
        assert each.description.endswith(".")
        assert each.before or each.after
        assert "{" not in each.before + each.after + each.negative
        assert each.grade != Grade()
        assert each.tone != Tone()
    assert len({each.title for each in known.values()}) == len(known)


def test_every_style_is_visible_and_like_no_other(picture: NDArray[np.uint8]) -> None:
    shown = {name: grade(picture, each).astype(int) for name, each in styles().items()}
    for name, pixels in shown.items():
        assert pixels.shape == picture.shape
        assert pixels.std() > 10, f"{name} leaves nothing to see"
        assert np.abs(pixels - picture).mean() > 4, f"{name} can't be seen"
        for other, others in shown.items():
            assert other == name or np.abs(pixels - others).mean() > 6, f"{name} looks like {other}"


def test_the_same_picture_gives_the_same_bytes(picture: NDArray[np.uint8]) -> None:
    before = picture.copy()
    for each in styles().values():
        assert grade(picture, each).tobytes() == grade(before.copy(), each).tobytes()
    assert (picture == before).all()


@pytest.mark.parametrize("size", [(8, 8), (9, 64), (64, 8), (601, 40)])
def test_pictures_of_any_shape_are_graded(size: tuple[int, int]) -> None:
    pixels = np.random.default_rng(3).integers(0, 256, (*size, 3), np.uint8)
    for each in styles().values():
        assert grade(pixels, each).shape == pixels.shape


def test_brush_strokes_know_no_strips() -> None:
    tall = np.random.default_rng(3).integers(0, 256, (700, 24, 3), np.uint8)
    whole = grade(tall[400:700], plain(paint=0.1))  # rows around the border of strips at 512
    assert (grade(tall, plain(paint=0.1))[420:680] == whole[20:280]).all()


def test_what_each_part_of_a_grade_does(picture: NDArray[np.uint8]) -> None:
    def channels(**fields: Any) -> NDArray[np.float64]:
        return grade(picture, plain(**fields)).reshape(-1, 3).astype(float)

    own = picture.reshape(-1, 3).astype(float)
    assert (channels() == own).all()
    assert np.ptp(channels(saturation=0), axis=1).max() <= 1
    assert np.ptp(channels(saturation=2), axis=1).mean() > np.ptp(own, axis=1).mean()
    assert channels(contrast=2).std() > own.std() > channels(contrast=0.5).std()
    assert channels(exposure=0.5).mean() > own.mean() > channels(exposure=-0.5).mean()
    warm, cold = channels(temperature=0.5).mean(0), channels(temperature=-0.5).mean(0)
    assert warm[0] > cold[0]
    assert warm[2] < cold[2]
    assert channels(tint=0.5).mean(0)[1] < own.mean(0)[1] < channels(tint=-0.5).mean(0)[1]
    assert channels(fade=0.3).min() >= 0.3 * 255 - 1
    assert len(np.unique(channels(posterise=4))) <= 4
    dyed = channels(duotone=1, dark=(0.2, 0, 0), light=(1, 1, 0))
    assert np.ptp(dyed[:, 2]) == 0
    assert dyed[:, 0].min() >= 50
    corners = grade(picture, plain(vignette=1))[[0, 0, -1, -1], [0, -1, 0, -1]]
    assert corners.max() < 25
    tiles = grade(picture, plain(pixels=0.0833)).reshape(12, 8, 12, 8, 3)
    assert np.ptp(tiles, axis=(1, 3)).max() == 0
    assert channels(edges=1, ink=(0, 0, 0)).mean() < own.mean() < channels(glow=1).mean()
    for fields in (
        {"grain": 0.1},
        {"halftone": 0.05},
        {"scanlines": 0.5},
        {"shift": 0.03},
        {"sketch": 1},
        {"paint": 0.05},
    ):
        assert np.abs(channels(**fields) - own).mean() > 1


def test_light_keeps_its_range() -> None:
    light = np.array([[[0.0, 0.0, 0.0], [0.18, 0.18, 0.18], [40.0, 20.0, 10.0]]], np.float32)

    def toned(**fields: float) -> NDArray[np.float32]:
        return grade_light(light, Style.model_validate({**BARE, "tone": fields, "grade": {}}))

    assert (toned() == light).all()
    assert toned(exposure=1) == pytest.approx(light * 2)
    assert toned(contrast=1.5)[0, 1] == pytest.approx([0.18] * 3)
    assert toned(contrast=1.5)[0, 2, 0] > 100
    assert np.ptp(toned(saturation=0)[0, 2]) == pytest.approx(0, abs=1e-4)
    assert toned(temperature=1)[0, 1, 0] > 0.19 > toned(temperature=1)[0, 1, 2]
    for each in styles().values():
        assert np.isfinite(grade_light(light, each)).all()
        assert grade_light(light, each).max() > 4, "a light of 40 stays far above white"


def test_words_go_around_the_prompt_and_each_is_kept_out_once() -> None:
    found = style("cinematic")
    prompt, negative = apply_style("a red cube, ", "Cartoon, people,", found)
    assert prompt == f"{found.before} a red cube, {found.after}"
    assert negative == "Cartoon, people, flat light, snapshot"
    assert apply_style("x", "", plain()) == ("x", "")


def test_a_style_is_found_however_it_is_written() -> None:
    assert style(" Oil_Painting ") is style("oil-painting")
    with pytest.raises(UnknownStyle, match="Did you mean cinematic"):
        style("cinematik")
    with pytest.raises(UnknownStyle, match="There are realistic, cinematic"):
        style("zzz\n\x00")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"id": "Not An Id"}, "0.id: String should match"),
        ({"description": "short"}, "0.description"),
        ({"grade": {"contrast": 9}}, "0.grade.contrast"),
        ({"grade": {"sparkle": 1}}, "0.grade.sparkle: Extra"),
        ({"settings": {"steps": 0}}, "0.settings.steps"),
        ({"tone": {"exposure": "nan"}}, "0.tone.exposure"),
    ],
)
def test_a_file_of_your_own_is_checked(tmp_path: Path, change: dict[str, Any], words: str) -> None:
    file = tmp_path / "mine.json"
    file.write_text(json.dumps([{**BARE, **change}]))
    with pytest.raises(ValueError, match=rf"mine\.json: {words}"):
        load_styles(file)
    file.write_text(json.dumps([BARE, BARE]))
    with pytest.raises(ValueError, match="plain stands twice"):
        load_styles(file)
    file.write_text("[")
    with pytest.raises(ValueError, match=r"mine\.json: the file: Invalid JSON"):
        load_styles(file)
    file.write_text(json.dumps([BARE]))
    assert list(load_styles(file)) == ["plain"]
