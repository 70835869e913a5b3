"""Prompts pick worlds: their words show in what is traced, and any text gives some world."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.embedded_image.scenes import palette, vocabulary
from models.radiance_field.camera import Camera, look_at
from models.radiance_field.worlds import trace, world_from_prompt
from models.radiance_field.worlds.colours import colour
from models.radiance_field.worlds.lexicon import LEXICON
from models.radiance_field.worlds.solid import Solid
from models.radiance_field.worlds.things import SHAPES
from models.radiance_field.worlds.world import MOST_SOLIDS, World

pytestmark = pytest.mark.video


def solids(prompt: str, seed: int = 0) -> tuple[Solid, ...]:
    return world_from_prompt(prompt, seed).world.solids


def front(world: World, side: int = 48, time: float = 0.0) -> Camera:
    place = np.add(world.centre, np.array((-0.6, -2.2, 0.8)) * world.radius)
    return Camera.of_angle(look_at(place, np.array(world.centre)), side, side, 55, time)


def test_counts_colours_and_finishes_are_as_asked() -> None:
    made = solids("two shiny red balls and three glowing green cubes")
    assert [solid.kind for solid in made] == ["sphere"] * 2 + ["box"] * 3
    assert {solid.material.colour for solid in made[:2]} == {colour("red")}
    assert all(solid.material.gloss > 0.5 for solid in made[:2])
    assert all(solid.material.glow > 1 for solid in made[2:])
    red, green, blue = made[2].material.colour
    assert green > max(red, blue)


@pytest.mark.parametrize("shape", SHAPES)
def test_every_thing_stands_on_the_ground_and_is_as_high_as_it_says(shape: str) -> None:
    parts = SHAPES[shape].build(1.0, solids("a red ball")[0].material)
    world = World(tuple(parts), radius=2.0)
    side, wide = 160, 3.0
    camera = Camera.of_angle(look_at(np.array((0, -30.0, 1.5)), np.array((0, 0, 1.5))), side, side, 11)
    rows = np.flatnonzero(trace(world, camera, 1)[..., 3].any(1))
    scale = camera.focal[1] / 30
    bottom, top = (1.5 - (row + 0.5 - side / 2) / scale for row in (rows[-1], rows[0]))
    below = min(bottom, 0) if shape != "pyramid" else 0
    assert abs(below) < 0.12 * wide / 3
    assert top == pytest.approx(SHAPES[shape].height, abs=0.2)


@pytest.mark.parametrize(
    ("word", "holds"),
    [
        ("orbiting", lambda motion: motion.orbits == 1),
        ("spinning", lambda motion: motion.spins == 1),
        ("bouncing", lambda motion: motion.bounce > 0),
        ("floating", lambda motion: motion.bob > 0),
        ("pulsing", lambda motion: motion.pulse > 0),
        ("rising", lambda motion: motion.drift[2] > 0),
        ("changing colour", lambda motion: motion.towards is not None),
    ],
)
def test_movement_words_move_the_thing_that_they_belong_to(word: str, holds: object) -> None:
    for prompt in (f"a {word} red ball and a blue cube", f"a red ball {word}, a blue cube"):
        by_kind = {solid.kind: solid for solid in solids(prompt)}
        assert holds(by_kind["sphere"].motion)  # type: ignore[operator]
        assert by_kind["box"].motion.still


def test_a_thing_on_top_of_another_stands_on_it() -> None:
    by_kind = {solid.kind: solid for solid in solids("a red ball on top of a blue cube")}
    upper, lower = by_kind["sphere"], by_kind["box"]
    assert upper.place[:2] == pytest.approx(lower.place[:2])
    assert upper.place[2] - upper.size[0] == pytest.approx(lower.place[2] + lower.size[2], abs=1e-6)


def test_the_floor_and_the_time_of_day_are_as_asked() -> None:
    day, night = (world_from_prompt(f"a ball on a blue floor {time}").world for time in ("by day", "at night"))
    assert day.ground is not None
    assert day.ground.colour == colour("blue")
    light = {name: trace(world, front(world), 1)[..., :3].mean() for name, world in (("day", day), ("night", night))}
    assert light["night"] < 0.4 * light["day"]


@pytest.mark.parametrize("ground", vocabulary.GROUNDS)
def test_every_ground_is_another_world_with_sky_and_ground(ground: str) -> None:
    read = world_from_prompt(f"{vocabulary.GROUNDS[ground][0]} at sunset")
    assert read.unknown == ()
    world = read.world
    assert len(world.solids) > 8
    light = trace(world, front(world, 32), 1)
    assert np.isfinite(light).all()
    assert (light[..., 3] == 1).all()
    cut = trace(world.cut_out(), front(world, 32), 1)[..., 3]
    assert 0.15 < cut.mean() < 0.98


def test_a_futuristic_city_glows_at_night_and_traffic_moves() -> None:
    read = world_from_prompt("A futuristic city")
    assert read.unknown == ()
    assert "time night" in read.chosen
    still, later = (trace(read.world, front(read.world, 64, time), 2)[..., :3] for time in (0.0, 0.1))
    assert still.max() > 2  # brighter than white: an HDR screen has something to show
    assert np.median(still) < 0.1
    assert np.abs(later - still).max() > 0.3
    assert solids("A futuristic city", 1) != solids("A futuristic city", 2)
    assert solids("A futuristic city", 1) == solids("A futuristic city", 1)


def test_flying_through_clouds_is_a_sky_full_of_clouds_that_pass() -> None:
    read = world_from_prompt("Flying through clouds")
    assert read.unknown == ()
    assert read.world.clouds
    assert read.world.moves
    cut = trace(read.world.cut_out(), front(read.world), 1)[..., 3]
    assert 0.2 < cut.mean() < 0.98


def test_unknown_words_are_named_once_and_known_ones_are_not() -> None:
    read = world_from_prompt("A wubbly red ball beside a frobnicated WUBBLY tree, photorealistic, 8k")
    assert read.unknown == ("wubbly", "frobnicated")
    assert "red: colour red" in read.said


def test_a_prompt_that_says_nothing_gives_a_world_and_says_that_it_was_chosen() -> None:
    read = world_from_prompt("qwerty")
    assert read.said == ()
    assert read.unknown == ("qwerty",)
    assert any(chosen.startswith("things") for chosen in read.chosen)


def test_the_picture_model_s_words_for_colours_and_shapes_are_known() -> None:
    for word in (*sum(palette.WORDS.values(), ()), *sum((vocabulary.SHAPES[s] for s in ("ball", "cube", "star")), ())):
        assert tuple(word.split()) in LEXICON


HOSTILE = (
    "",
    "\0" * 50,
    "ball " * 10_000,
    "9" * 10**6,
    "'; DROP TABLE worlds; --",
    "{{7*7}}",
    "ﷺ𝔟𝔞𝔩𝔩 球",
    "12 balls " * 60,
)


@pytest.mark.parametrize("prompt", HOSTILE)
def test_hostile_prompts_give_bounded_worlds(prompt: str) -> None:
    read = world_from_prompt(prompt)
    assert 1 <= len(read.world.solids) <= MOST_SOLIDS
    assert all(len(word) <= 40 for word in read.unknown)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([" ".join(phrase) for phrase in LEXICON]), max_size=14), st.integers(-(2**70), 2**70))
def test_any_words_in_any_order_give_a_world(words: list[str], seed: int) -> None:
    read = world_from_prompt(" ".join(words), seed)
    assert read.world.solids or read.world.clouds
    assert read.unknown == ()
