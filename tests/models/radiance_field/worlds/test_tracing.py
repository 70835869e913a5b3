"""The ray tracer against what geometry and optics say."""

from dataclasses import replace

import numpy as np
import pytest

from models.radiance_field.camera import Camera, look_at
from models.radiance_field.worlds import World, moving_life, photograph, still_life, survey, trace, viewpoints
from models.radiance_field.worlds.clouds import Puff
from models.radiance_field.worlds.daylight import TIMES
from models.radiance_field.worlds.distances import DISTANCES, KINDS, ball_around
from models.radiance_field.worlds.material import Material
from models.radiance_field.worlds.motion import Motion
from models.radiance_field.worlds.solid import Solid

pytestmark = pytest.mark.video

GREY = Material((0.5, 0.5, 0.5))
NOON = replace(TIMES["day"], towards=(0.0, 0.0, 1.0), softness=0.05)


def above(height: float = 6.0, side: int = 41, time: float = 0.0) -> Camera:
    """Nearly straight down, the middle of the picture at the origin."""
    return Camera.of_angle(look_at(np.array((0, -1e-3, height)), np.zeros(3)), side, side, 40, time)


def ball(z: float = 0.0, radius: float = 1.0, material: Material = GREY, motion: Motion | None = None) -> Solid:
    return Solid("sphere", (0, 0, z), (radius, 0, 0), material, motion=motion or Motion())


def test_depths_and_normals_of_a_ball_are_those_of_a_ball() -> None:
    camera = Camera.of_angle(look_at(np.array((3.0, -4, 2)), np.zeros(3)), 33, 25, 40)
    seen = survey(World((ball(),)), camera)
    origins, directions = (rays.astype(float) for rays in camera.rays())
    along = -(origins * directions).sum(-1)
    inside = 1 - ((origins**2).sum(-1) - along**2)
    met = inside > 0
    np.testing.assert_array_equal(np.isfinite(seen.depth), met)
    places = origins + directions * (along - np.sqrt(np.maximum(inside, 0)))[..., None]
    facing = inside > 0.05  # at a glancing angle a hair's breadth off the ray is far along it
    np.testing.assert_allclose(seen.normal[facing], places[facing], atol=5e-3)
    np.testing.assert_allclose(seen.depth[facing], camera.project(places)[1][facing], atol=3e-3)
    assert not seen.normal[~met].any()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_within_its_ball_and_its_distance_never_overshoots(kind: str) -> None:
    size = (0.7, 0.2, 0.5)
    chance = np.random.default_rng(4)
    points = chance.uniform(-1.6, 1.6, (3000, 3)).astype(np.float32)
    sizes = np.broadcast_to(np.array(size, np.float32), points.shape)
    distance = DISTANCES[kind](points, sizes)
    within = points[distance < 0]
    assert len(within) > 5
    assert np.linalg.norm(within, axis=-1).max() <= ball_around(kind, size)
    # A step of the distance from outside never ends inside: sphere tracing relies on it.
    outside = points[distance > 0.05]
    directions = chance.normal(size=outside.shape)
    directions /= np.linalg.norm(directions, axis=-1, keepdims=True)
    steps = (outside + directions * distance[distance > 0.05][:, None]).astype(np.float32)
    assert DISTANCES[kind](steps, sizes[: len(steps)]).min() > -0.02


def test_a_matte_floor_under_the_noon_sun_has_the_light_that_it_should() -> None:
    dark = replace(NOON, zenith=(0.0, 0.0, 0.0), horizon=(0.0, 0.0, 0.0))
    world = World((ball(50.0, 0.01),), dark, ground=GREY)
    light = trace(world, above(), 1)
    np.testing.assert_allclose(light[20, 20, :3], 0.5 * np.array(dark.sun), rtol=1e-3)
    assert (light[..., 3] == 1).all()


def test_a_ball_throws_its_shadow_with_a_soft_edge() -> None:
    world = World((ball(3.0, 0.8),), replace(NOON, softness=0.1), ground=GREY)
    # Beside the ball's axis and under it, so that the camera sees the floor.
    camera = Camera.of_angle(look_at(np.array((0, -3.0, 1.0)), np.array((0, 0.0, 0))), 81, 81, 60)
    seen, light = survey(world, camera), trace(world, camera, 1)
    origins, directions = camera.rays()
    along = directions @ camera.forward.astype(np.float32)
    assert np.isfinite(seen.depth[30:]).all()
    places = origins + directions * np.minimum(seen.depth / along, 1e3)[..., None]
    out = np.hypot(places[..., 0], places[..., 1])
    floor = np.abs(places[..., 2]) < 1e-2
    umbra = light[floor & (out < 0.4), 0]
    lit = light[floor & (out > 1.3) & (out < 2), 0]
    half = light[floor & (np.abs(out - 0.8) < 0.05), 0]
    assert len(umbra) > 10
    assert umbra.max() < 0.4 * lit.min()
    assert umbra.max() < half.mean() < lit.min()


def test_without_a_sky_what_is_beside_the_solids_is_see_through_and_edges_are_covered_in_part() -> None:
    light = trace(World((ball(),)), above(), 4)
    coverage = light[..., 3]
    assert coverage[0, 0] == 0
    assert coverage[20, 20] == 1
    assert ((coverage > 0) & (coverage < 1)).any()
    # The ball's outline seen from 6: its angular radius is asin(1/6).
    radius = np.tan(np.arcsin(1 / 6)) * above().focal[0]
    assert coverage.sum() == pytest.approx(np.pi * radius**2, rel=0.01)
    assert not light[coverage == 0].any()


def test_with_a_sky_every_pixel_is_covered_and_the_sun_is_far_brighter_than_white() -> None:
    world = World((ball(),), TIMES["sunset"], ground=GREY, sky=True)
    towards = np.array(world.light.towards)
    light = trace(world, Camera.of_angle(look_at(np.array((0, 0, 3.0)), np.array((0, 0, 3.0)) + towards), 64, 64, 50))
    assert (light[..., 3] == 1).all()
    assert light[..., :3].max() > 20
    open_sky = world.cut_out()
    assert (open_sky.sky, open_sky.ground, len(open_sky.solids)) == (False, None, 2)
    assert trace(open_sky, above())[20, 20, 3] == 1


def test_metal_mirrors_what_stands_beside_it_and_a_lamp_lights_it() -> None:
    lamp = Solid("sphere", (0, 2.2, 1.0), (0.5, 0, 0), Material((1.0, 0.0, 0.0), glow=4.0))
    camera = Camera.of_angle(look_at(np.array((0, -5.0, 1)), np.array((0, 0, 1.0))), 81, 81, 40)

    def red(material: Material, *others: Solid) -> np.ndarray:
        world = World((Solid("box", (0, 0.0, 1), (1, 0.2, 1), material, (0.0, 0)), *others), NOON, ground=GREY)
        light = trace(world, camera, 1)
        return np.asarray(light[..., 0] - light[..., 1])

    # A lamp in front of the plate, beside the camera: the plate shows its picture.
    front = replace(lamp, place=(1.0, -3.0, 1.0))
    mirrored = red(Material((0.9, 0.9, 0.9), gloss=1.0, metal=1.0), front)
    assert mirrored[20:60, 45:62].max() > 2
    assert red(GREY, front)[20:60, 45:62].max() < 1
    assert red(GREY, front)[40, 50] > red(GREY)[40, 50] + 0.005


def test_things_are_where_their_motions_have_them() -> None:
    motion = Motion(orbits=1, bob=0.2, swings=1)
    orbiting = Solid("sphere", (1.0, 0, 0.5), (0.2, 0, 0), GREY, motion=motion)
    world = World((orbiting,))
    for time, place in ((0.0, (1, 0, 0.5)), (0.25, (0, 1, 0.7)), (0.5, (-1, 0, 0.5))):
        camera = above(side=121, time=time)
        coverage = trace(world, camera, 1)[..., 3]
        rows, columns = np.nonzero(coverage)
        seen, _ = camera.project(np.array(place, float))
        np.testing.assert_allclose((columns.mean() + 0.5, rows.mean() + 0.5), seen, atol=1.0)
    assert world.moves
    assert world.repeats
    np.testing.assert_allclose(trace(world, above(time=1.0)), trace(world, above(time=0.0)), atol=0.02)
    assert not World((replace(orbiting, motion=Motion(drift=(1, 0, 0))),)).repeats


def test_a_moving_colour_comes_back() -> None:
    changing = ball(material=Material((1.0, 0, 0)), motion=Motion(towards=(0, 0, 1.0)))
    at = [trace(World((changing,), NOON), above(time=time), 1)[20, 20] for time in (0, 0.5, 1)]
    assert at[0][0] > 5 * at[0][2]
    assert at[1][2] > 5 * at[1][0]
    np.testing.assert_allclose(at[0], at[2], atol=1e-5)


def test_a_cloud_dims_what_is_behind_it_by_its_optical_depth() -> None:
    radius, density = 0.8, 0.9
    puff = Puff((0, 0, 3.0), radius, density)
    world = World((ball(50, 0.01),), NOON, clouds=(puff,))
    coverage = trace(world, above(side=401), 1)[200, 200, 3]
    expected = 1 - np.exp(-density * np.sqrt(2 * np.pi) * radius / 2)
    assert coverage == pytest.approx(expected, abs=0.01)
    # A floor through the cloud's middle cuts it in half.
    half = World((ball(-1.0, 1.0, replace(GREY, glow=0.0)),), NOON, clouds=(replace(puff, place=(0, 0, 0)),))
    clear = trace(World(half.solids, NOON), above(side=401), 1)[200, 200, 0]
    through = trace(half, above(side=401), 1)[200, 200, 0]
    assert through != pytest.approx(clear, abs=0.02)


def test_the_same_whatever_the_bands_that_a_picture_is_traced_in(monkeypatch: pytest.MonkeyPatch) -> None:
    camera = viewpoints(still_life(), 3, 40)[1]
    whole = trace(still_life(), camera)
    monkeypatch.setattr("models.radiance_field.worlds.tracing._AT_ONCE", 700)
    np.testing.assert_allclose(trace(still_life(), camera), whole, atol=1e-5)


def test_viewpoints_see_the_whole_world_and_those_held_out_are_others() -> None:
    world = moving_life()
    learnt, judged = viewpoints(world, 40), viewpoints(world, 10, held_out=True)
    corner = world.radius / np.sqrt(2)
    for camera in learnt:
        seen, depth = camera.project(np.array([world.centre, np.add(world.centre, (corner, 0, 0))]))
        np.testing.assert_allclose(seen[0], (40, 40), atol=1e-6)
        assert (depth > 0).all()
        assert (seen > 0).all()
        assert (seen < 80).all()
    assert len({camera.time for camera in learnt}) == 40
    apart = [min(np.linalg.norm(one.place - other.place) for other in learnt) for one in judged]
    assert min(apart) > 0.02
    pictures = photograph(world, learnt[:2], 1)
    assert [picture.camera for picture in pictures] == learnt[:2]
    assert all(0.15 < picture.light[..., 3].mean() < 0.9 for picture in pictures)


def test_what_cannot_be_traced_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        World(())
    with pytest.raises(ValueError, match="at most"):
        World((ball(),) * 401)
    with pytest.raises(ValueError, match="samples"):
        trace(still_life(), above(), 0)
    with pytest.raises(ValueError, match="dome"):
        viewpoints(still_life(), 0)
