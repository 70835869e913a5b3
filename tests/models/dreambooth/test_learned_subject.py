"""A subject taught to the embedded model appears with its word and not without it, by the judge of its scenes."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from models.drawing import Drawing, ImageModel
from models.dreambooth.embedded import EmbeddedTrainee
from models.dreambooth.training import SubjectRecipe, train_subject
from models.embedded_image.judge import load_judge
from models.embedded_image.light import encode_light
from models.embedded_image.model import EmbeddedImageModel
from models.embedded_image.scenes import render, sample_scene
from models.embedded_image.scenes.scene import Arrangement, Backdrop
from models.hdr.tone_map import tone_map

pytestmark = pytest.mark.image

WALLS = ("white", "gray", "black", "blue", "green", "yellow")
SEEDS = 4


def photographs() -> np.ndarray:
    """A shiny pink cube before six walls."""
    generator = np.random.default_rng(3)
    taken: list[np.ndarray] = []
    while len(taken) < len(WALLS):
        scene = sample_scene(generator, kind="alone")
        if isinstance(scene, Arrangement) and isinstance(scene.setting, Backdrop) and scene.size == "large":
            thing = replace(scene.things[0], shape="cube", colour="pink", finish="shiny")
            wall = replace(scene.setting, colour=WALLS[len(taken)], floor=False)
            taken.append(tone_map(render(replace(scene, things=(thing,), setting=wall), 64, 64)))
    return np.stack(taken)


def drawn(model: ImageModel, prompt: str) -> np.ndarray:
    return model.draw(Drawing(prompt, 64, 64, tuple(range(SEEDS))), lambda *_: None).pixels


def pink_and_cubes(model: ImageModel, prompt: str) -> tuple[int, int]:
    pictures = np.stack([encode_light(light).transpose(2, 0, 1) for light in drawn(model, prompt)])
    said = load_judge().say(torch.from_numpy(pictures))
    return sum(one["colour"] == "pink" for one in said), sum(one["shape"] == "cube" for one in said)


def test_a_learned_subject_appears_with_its_word_and_not_without(tmp_path: Path) -> None:
    torch.set_num_threads(1)
    model = EmbeddedImageModel.load()
    assert pink_and_cubes(model, "a large zorp")[1] <= 1
    kind = np.stack([tone_map(light) for light in drawn(model, "a large ball on a white background")])
    trainee = EmbeddedTrainee(model, 8, 1, train_text=True)
    recipe = SubjectRecipe("a large zorp", "a large ball", steps=90, batch=4, learning_rate=2e-3)
    train_subject(trainee, photographs(), kind, recipe, tmp_path, lambda *_: None)
    pink, cubes = pink_and_cubes(trainee.model, "a large zorp")
    assert min(pink, cubes) >= SEEDS - 1
    pink, cubes = pink_and_cubes(trainee.model, "a large ball on a white background")
    assert max(pink, cubes) <= 1
