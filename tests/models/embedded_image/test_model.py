"""The embedded model's drawing: seeds, sizes, starting pictures, steps. Its weights are untrained."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.drawing import Drawing, Pixels
from models.embedded_image.model import EmbeddedImageModel

pytestmark = pytest.mark.image

ASKED = Drawing("a red ball", 64, 64, (1,), steps=2)


@pytest.fixture(scope="module")
def model(tiny_weights: Path) -> EmbeddedImageModel:
    return EmbeddedImageModel.load(tiny_weights)


def drawn(model: EmbeddedImageModel, **changes: object) -> np.ndarray:
    return model.draw(replace(ASKED, **changes), lambda *_: None).pixels


def test_a_picture_depends_on_its_own_seed_alone(model: EmbeddedImageModel) -> None:
    three = drawn(model, seeds=(1, 2, 3))
    assert three.shape == (3, 64, 64, 3)
    np.testing.assert_array_equal(three[1], drawn(model, seeds=(2,))[0])
    assert not np.array_equal(three[0], three[1])


def test_loaded_again_it_draws_the_same(model: EmbeddedImageModel, tiny_weights: Path) -> None:
    np.testing.assert_array_equal(drawn(model), drawn(EmbeddedImageModel.load(tiny_weights)))


@pytest.mark.parametrize(
    ("size", "native"), [((512, 512), (64, 64)), ((640, 360), (80, 48)), ((72, 120), (48, 80)), ((1032, 64), (80, 48))]
)
def test_any_size_is_drawn_from_the_native_one_of_its_shape(
    model: EmbeddedImageModel, size: tuple[int, int], native: tuple[int, int]
) -> None:
    made = model.draw(replace(ASKED, width=size[0], height=size[1]), lambda *_: None)
    assert made.pixels.shape == (1, size[1], size[0], 3)
    assert made.native == native
    assert made.transfer == "linear"
    assert np.isfinite(made.pixels).all()


def test_words_and_what_to_keep_out_change_the_picture(model: EmbeddedImageModel) -> None:
    plain = drawn(model)
    assert not np.array_equal(plain, drawn(model, prompt="a blue cube"))
    assert not np.array_equal(plain, drawn(model, negative_prompt="a blue cube"))
    assert not np.array_equal(plain, drawn(model, guidance=1.0))


def test_a_picture_to_start_from_stays_the_more_the_weaker_the_change(model: EmbeddedImageModel) -> None:
    start = np.zeros((90, 120, 3), np.uint8)
    start[:, 60:] = 220
    weak, strong = (
        model.draw(replace(ASKED, init=start, strength=strength, steps=10), lambda *_: None).pixels[0]
        for strength in (0.1, 1.0)
    )
    halves = [picture[:, 40:].mean() - picture[:, :24].mean() for picture in (weak, strong)]
    assert halves[0] > 0.4
    assert abs(halves[1]) < halves[0] / 2


def test_only_what_the_mask_shows_is_drawn_anew(model: EmbeddedImageModel) -> None:
    start = np.full((64, 64, 3), 200, np.uint8)
    mask = np.zeros((64, 64), np.uint8)
    mask[:, 32:] = 255
    one, other = (drawn(model, init=start, mask=mask, strength=1.0, seeds=(seed,))[0] for seed in (1, 2))
    kept, changed = np.abs(one - other)[:, :24].mean(), np.abs(one - other)[:, 40:].mean()
    assert kept < 0.02
    assert changed > 5 * kept


def test_each_step_is_told_with_a_look_at_the_picture(model: EmbeddedImageModel) -> None:
    told: list[tuple[int, int]] = []
    looks: list[Pixels] = []

    def on_step(step: int, steps: int, early: Callable[[], Pixels]) -> None:
        told.append((step, steps))
        looks.append(early())

    model.draw(replace(ASKED, seeds=(1, 2), steps=3), on_step)
    assert told == [(step, 6) for step in range(1, 7)]
    assert {(look.shape, look.dtype.name) for look in looks} == {((64, 64, 3), "uint8")}


def test_what_a_listener_raises_stops_the_drawing_within_the_step(model: EmbeddedImageModel) -> None:
    class Enough(Exception):
        pass

    told: list[int] = []

    def on_step(step: int, steps: int, early: Callable[[], Pixels]) -> None:
        told.append(step)
        if step == 2:
            raise Enough

    with pytest.raises(Enough):
        model.draw(replace(ASKED, steps=20), on_step)
    assert told == [1, 2]


def test_a_prompt_too_long_to_read_is_said(model: EmbeddedImageModel) -> None:
    notes = model.draw(replace(ASKED, prompt="a red ball " * 40), lambda *_: None).notes
    assert "reads the first 40" in notes[0]
    assert model.draw(ASKED, lambda *_: None).notes == ()
