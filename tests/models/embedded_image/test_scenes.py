"""Scenes: drawn alike at any size, described in words that hold what is seen, and apart from those held out."""

import numpy as np
import pytest

from models.embedded_image.judge import SLOTS, truth
from models.embedded_image.light import BRIGHTEST, decode_light, encode_light
from models.embedded_image.scenes import Arrangement, Landscape, Texture, Thing, describe, render, sample_scene
from models.embedded_image.scenes.palette import WORDS, reflectance
from models.embedded_image.scenes.sampling import is_held_out
from models.embedded_image.scenes.scene import GROUNDS, MATERIALS, SHAPES, TIMES, Backdrop

pytestmark = pytest.mark.image

KINDS = ("alone", "pair", "several", "landscape", "texture")


@pytest.mark.parametrize("kind", KINDS)
def test_a_scene_is_the_same_at_every_size(kind: str) -> None:
    generator = np.random.default_rng(3)
    for _ in range(4):
        scene = sample_scene(generator, kind=kind)
        small, large = render(scene, 32, 32), render(scene, 256, 256)
        assert small.shape == (32, 32, 3)
        assert np.isfinite(large).all()
        assert large.min() >= 0
        shrunk = large.reshape(32, 8, 32, 8, 3).mean((1, 3))
        assert np.median(np.abs(encode_light(shrunk) - encode_light(small))) < 0.06


def test_a_thing_has_its_colour_at_its_place() -> None:
    thing = Thing("circle", "red", "matte", -0.2, 0.1, 0.12)
    picture = render(Arrangement((thing,), Backdrop("blue", floor=False, seed=1)), 100, 100)
    np.testing.assert_allclose(picture[60, 30], reflectance("red"), atol=0.02)
    np.testing.assert_allclose(picture[10, 90] / picture[10, 90].max(), [0.026, 0.13, 1], atol=0.02)


def test_suns_and_lamps_are_brighter_than_paper() -> None:
    assert render(Landscape("hills", "day", "clear", 1), 128, 128).max() == pytest.approx(BRIGHTEST, rel=0.05)
    night = render(Landscape("city", "night", "clear", 1), 128, 128)
    assert 2 < night.max() < 6
    assert np.median(night) < 0.05
    glowing = Thing("star", "yellow", "glowing", 0, 0, 0.3)
    assert render(Arrangement((glowing,), Backdrop("black", floor=False, seed=1)), 64, 64).max() > 4


def test_light_survives_its_coding() -> None:
    light = np.geomspace(1e-4, BRIGHTEST, 500, dtype=np.float32)
    np.testing.assert_allclose(decode_light(encode_light(light)), light, rtol=1e-3)
    assert encode_light(np.float32([0, 1])).tolist() == pytest.approx([-1, 1])
    assert encode_light(np.float32([1e6, -1])).tolist() == pytest.approx([2 / 0.72 - 1, -1])


@pytest.mark.parametrize("free", [False, True])
def test_words_say_what_is_there(free: bool) -> None:
    generator = np.random.default_rng(5)
    for _ in range(400):
        scene = sample_scene(generator)
        said = describe(scene, generator, free)
        colours = [scene.colour] if isinstance(scene, Texture) else []
        if isinstance(scene, Arrangement):
            colours = [thing.colour for thing in scene.things]
            if isinstance(scene.setting, Backdrop):
                colours.append(scene.setting.colour)
        for colour in colours:
            assert any(word in said for word in WORDS[colour]), said
    assert len({describe(scene, generator, free) for _ in range(30)}) == (1 if not free else pytest.approx(28, abs=4))


def test_held_out_words_are_never_trained_on() -> None:
    generator = np.random.default_rng(7)
    trained = [sample_scene(generator) for _ in range(300)]
    held = [sample_scene(generator, held_out=True) for _ in range(100)]
    assert not any(map(is_held_out, trained))
    assert all(map(is_held_out, held))
    assert not {describe(scene, generator) for scene in trained} & {describe(scene, generator) for scene in held}


def test_the_truth_of_a_scene_is_what_the_judge_may_say() -> None:
    generator = np.random.default_rng(9)
    seen: dict[str, set[str]] = {slot: set() for slot in SLOTS}
    for _ in range(3000):
        for slot, word in truth(sample_scene(generator)).items():
            assert word in SLOTS[slot]
            seen[slot].add(word)
    assert {slot: len(words) for slot, words in seen.items()} == {slot: len(words) for slot, words in SLOTS.items()}


def test_the_same_seed_gives_the_same_scene() -> None:
    one, other = (sample_scene(np.random.default_rng(11)) for _ in range(2))
    assert one == other
    np.testing.assert_array_equal(render(one, 48, 80), render(other, 48, 80))
    assert render(one, 80, 48).shape == (48, 80, 3)


def test_every_word_of_the_world_is_drawn() -> None:
    for shape in SHAPES:
        thing = Thing(shape, "white", "matte", 0, 0, 0.3)
        drawn = render(Arrangement((thing,), Backdrop("black", floor=False, seed=1)), 64, 64)
        share = float((drawn.mean(-1) > 0.1).mean())
        assert 0.03 < share < 0.36, shape
    pictures = [render(Landscape(ground, time, "clear", 1), 32, 32) for ground in GROUNDS for time in TIMES]
    pictures += [render(Texture(material, "red", 1), 32, 32) for material in MATERIALS]
    assert len({picture.tobytes() for picture in pictures}) == len(pictures)
