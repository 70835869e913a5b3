"""Fields learn: each kind a scene, light above white, a sky; a run that was stopped goes on as if it had not been."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from models.radiance_field.field import Box, FieldShape, render
from models.radiance_field.field.shape import Kind
from models.radiance_field.picture import Picture
from models.radiance_field.training import FieldRecipe, box_of, compare, evaluate, pictures_digest, train_field
from tests.models.radiance_field.analytic import around, camera_at, photograph
from tests.models.radiance_field.trained import RECIPE, SMALL, still_field

pytestmark = pytest.mark.video


def quiet(step: int, error: float) -> None:
    """Nobody listens."""


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


def test_planes_draw_views_that_they_have_not_seen() -> None:
    qualities = evaluate(still_field(), around(4, 32, seed=50))
    assert np.mean([quality.psnr for quality in qualities]) > 24  # 26.8 when it was written
    assert np.mean([quality.ssim for quality in qualities]) > 0.85
    assert float(still_field().occupancy.full.float().mean()) < 0.9
    assert qualities[0].beside.shape == (32, 96, 3)


@pytest.mark.parametrize(("kind", "moves", "least"), [("moving planes", True, 20), ("hash grid", False, 23)])
def test_other_kinds_learn_too(kind: Kind, moves: bool, least: float, tmp_path: Path) -> None:
    recipe = RECIPE.model_copy(update={"shape": SMALL.model_copy(update={"kind": kind}), "steps": 60, "rays": 512})
    field = train_field(around(24, 28, moves, samples=2), recipe, tmp_path, quiet)
    qualities = evaluate(field, around(3, 28, moves, seed=50, samples=2))
    assert np.mean([quality.psnr for quality in qualities]) > least


def test_a_stopped_training_goes_on_as_if_it_had_not_been(tmp_path: Path) -> None:
    pictures = around(6, 16, samples=1)
    recipe = RECIPE.model_copy(update={"steps": 16, "rays": 64, "refinements": (0.3, 0.6), "looking": 3})
    whole = train_field(pictures, recipe, tmp_path / "whole", quiet, checkpoint_every=4)

    def stop(step: int, error: float) -> None:
        if step == 10:  # after the checkpoint of step 8, between two refinements
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_field(pictures, recipe, tmp_path / "parts", stop, checkpoint_every=4)
    told: list[int] = []
    parts = train_field(pictures, recipe, tmp_path / "parts", lambda step, error: told.append(step))
    assert told[0] == 9
    for name, value in whole.state_dict().items():
        assert torch.equal(value, parts.state_dict()[name]), name
    with pytest.raises(ValueError, match="another recipe"):
        train_field(pictures, recipe.model_copy(update={"seed": 3}), tmp_path / "parts", quiet)


def test_light_above_white_survives(tmp_path: Path) -> None:
    bright = [replace(picture, light=picture.light * np.array([6, 6, 6, 1], np.float32)) for picture in around(20, 24)]
    recipe = RECIPE.model_copy(update={"rays": 512, "steps": 80})
    field = train_field(bright, recipe, tmp_path, quiet)
    drawn, truth = render(field, bright[0].camera).light, bright[0].light
    lit = truth[..., 1] > 3
    assert lit.sum() > 20
    assert np.median(np.abs(drawn[lit] / truth[lit] - 1)) < 0.15


def test_a_capture_without_alpha_has_surroundings(tmp_path: Path) -> None:
    def views(count: int, seed: int) -> list[Picture]:
        return [
            photograph(picture.camera, samples=2, open_sky=True) for picture in around(count, 28, seed=seed, samples=1)
        ]

    recipe = RECIPE.model_copy(update={"steps": 80, "rays": 512})
    field = train_field(views(24, 0), recipe, tmp_path, quiet, Box(low=(-1.2, -1.2, -0.3), high=(1.2, 1.2, 0.9)))
    assert field.shape.surroundings
    held_out = views(3, 50)
    assert np.mean([quality.psnr for quality in evaluate(field, held_out)]) > 21
    drawn = render(field, held_out[0].camera)
    assert (drawn.light[..., 3] == 1).all()
    assert drawn.coverage[0, 0] < 0.5  # the sky is not in the box


def test_the_box_holds_the_scene() -> None:
    for moves in (False, True):
        box = box_of(around(24, 28, moves))
        assert all(low < edge for low, edge in zip(box.low, (-0.99, -0.99, -0.1), strict=True))
        assert all(high > edge for high, edge in zip(box.high, (0.99, 0.99, 0.69), strict=True))
        assert box.diagonal < 6


def test_without_alpha_the_box_is_around_points_or_where_cameras_look() -> None:
    covered = [replace(picture, light=np.ones_like(picture.light)) for picture in around(8, 8, samples=1)]
    looked_at = box_of(covered)
    middle = (np.array(looked_at.low) + looked_at.high) / 2
    assert np.allclose(middle, (0, 0, 0.25), atol=0.05)
    points = np.random.default_rng(1).uniform((-1, 0, 2), (1, 3, 4), (500, 3))
    around_points = box_of(covered, points)
    assert np.allclose(np.array(around_points.sides), np.array((2, 3, 2)) * 1.44, atol=0.3)


def test_poses_that_disagree_with_the_silhouettes_are_refused(tmp_path: Path) -> None:
    pictures = around(8, 16, samples=1)
    stripes = [np.roll(np.arange(16) < 2, 2 * number)[:, None] for number in range(8)]  # each covers another one
    torn = [replace(one, light=one.light * stripe) for one, stripe in zip(pictures, stripes, strict=True)]
    with pytest.raises(ValueError, match="poses"):
        box_of(torn)
    with pytest.raises(ValueError, match="needs pictures"):
        train_field([], RECIPE, tmp_path, quiet)
    with pytest.raises(ValueError, match="different times"):
        train_field(around(4, 16, moving=True, samples=1), RECIPE, tmp_path, quiet)
    with pytest.raises(ValueError, match="no ray"):
        train_field(pictures, RECIPE, tmp_path, quiet, Box(low=(50, 50, 50), high=(51, 51, 51)))


def test_quality_is_measured_on_white_in_srgb() -> None:
    truth = np.zeros((8, 8, 4), np.float32)
    assert compare(truth, truth).psnr == 100
    assert compare(truth, truth).ssim == pytest.approx(1)
    assert compare(truth, truth).truth.min() == 255
    black = truth + np.array([0, 0, 0, 1], np.float32)
    grey = black + np.array([0.2140411, 0.2140411, 0.2140411, 0], np.float32)  # half of sRGB's range
    assert compare(black, grey).psnr == pytest.approx(20 * np.log10(2), abs=1e-3)
    with pytest.raises(ValueError, match="7 by 7"):
        evaluate(still_field(), [photograph(camera_at(0, side=6))])


def test_the_digest_is_of_pictures_and_cameras() -> None:
    one = around(2, 8, samples=1)
    moved = [one[0], replace(one[1], camera=replace(one[1].camera, time=0.5))]
    painted = [one[0], replace(one[1], light=one[1].light * np.float32(0.5))]
    digests = {pictures_digest(pictures) for pictures in (one, moved, painted, one[::-1])}
    assert len(digests) == 4
    assert pictures_digest(around(2, 8, samples=1)) == pictures_digest(one)


def test_recipes_refine_from_coarse_to_fine_and_slow_down() -> None:
    recipe = FieldRecipe(shape=FieldShape(resolution=100), steps=100, coarse=25, refinements=(0.2, 0.4), last_rate=0.1)
    assert [recipe.resolution(step) for step in (1, 20, 21, 41, 100)] == [25, 25, 50, 100, 100]
    assert recipe.rate(100) == pytest.approx(0.1)
