"""The whole training on next to nothing, and the measures that it ends with."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from models.drawing import Drawing
from models.embedded_image.card import read_card
from models.embedded_image.judge import SLOTS, Judge
from models.embedded_image.model import EmbeddedImageModel
from models.embedded_image.training.autoencoder import AutoencoderRecipe
from models.embedded_image.training.denoiser import DenoiserRecipe
from models.embedded_image.training.enlarger import EnlargerRecipe
from models.embedded_image.training.evaluation import (
    ASPECTS,
    check_judge,
    frechet_distance,
    held_out_prompts,
)
from models.embedded_image.training.judge import JudgeRecipe
from models.embedded_image.training.whole import Recipe, train

pytestmark = pytest.mark.image

RECIPE = Recipe(
    scenes=500,
    judged=2,
    autoencoder=AutoencoderRecipe(steps=2, batch=2, scenes=500),
    denoiser=DenoiserRecipe(steps=2, batch=2),
    enlarger=EnlargerRecipe(steps=2, batch=1, scenes=2),
    judge=JudgeRecipe(scenes=500, passes=1, batch=125),
)


class Stopped(Exception):
    """As if the process had been killed."""


def test_a_training_that_was_stopped_goes_on_with_the_part_it_was_at(tmp_path: Path) -> None:
    torch.set_num_threads(1)
    told: list[str] = []

    def on_part(part: str, share: float) -> None:
        assert 0 < share <= 1
        told.append(part)
        if part == "training the enlarger" and told.count(part) == 1:
            raise Stopped

    with pytest.raises(Stopped):
        train(RECIPE, "test", tmp_path, on_part)
    before = len(told)
    weights, card = train(RECIPE, "test", tmp_path, on_part)
    again = set(told[before:])
    assert "training the autoencoder" not in again
    assert {"training the enlarger", "training the judge", "judging pictures"} <= again
    assert read_card(weights) == replace(card, recipe=read_card(weights).recipe)
    assert card.metrics["grammar"].keys() <= ASPECTS.keys()
    assert 0 <= card.metrics["judge_on_renders"]["colour"] <= 1
    files = [file for file in weights.rglob("*") if file.is_file()]
    assert sum(file.stat().st_size for file in files) < 16_000_000
    assert {file.suffix for file in files} == {".safetensors", ".json", ".txt"}
    drawn = EmbeddedImageModel.load(weights).draw(Drawing("a red ball", 64, 64, (1,), steps=2), lambda *_: None)
    assert np.isfinite(drawn.pixels).all()

    later, second = train(
        replace(RECIPE, start=weights, judge=JudgeRecipe()), "later", tmp_path / "later", lambda *_: None
    )
    assert second.recipe["start"] == {"version": "test", "recipe": read_card(weights).recipe}
    for part, same in (("vae", True), ("enlarger", True), ("unet", False), ("text_encoder", False)):
        one, other = (next((folder / part).glob("*.safetensors")).read_bytes() for folder in (weights, later))
        assert (one == other) == same, part


def test_held_out_prompts_ask_for_every_aspect_and_are_the_same_each_time() -> None:
    prompts = held_out_prompts(200, free=True)
    assert prompts == held_out_prompts(200, free=True)
    asked = {slot for prompt in prompts for slot in prompt.wanted}
    assert {slot for slots in ASPECTS.values() for slot in slots} <= asked
    assert len({prompt.words for prompt in prompts}) == 200


def test_an_untrained_judge_is_right_by_chance_only() -> None:
    torch.manual_seed(0)
    shares = check_judge(Judge().eval(), scenes=500).shares
    assert shares["colour"] < 0.4
    assert shares["shape"] < 0.4
    assert set(SLOTS) >= {slot for slots in ASPECTS.values() for slot in slots}


def test_the_distance_of_sets_is_none_to_themselves_and_grows_with_their_difference() -> None:
    generator = np.random.default_rng(0)
    one = generator.normal(size=(4000, 8)).astype(np.float32)
    assert frechet_distance(one, one) == pytest.approx(0, abs=1e-6)
    assert frechet_distance(one, one + 1) == pytest.approx(8, rel=1e-3)
    assert frechet_distance(one, one * 2) == pytest.approx(8, rel=0.1)
