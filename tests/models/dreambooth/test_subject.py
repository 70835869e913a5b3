"""A subject is learned with its word, training goes on where it was killed, and a fresh model draws from its file."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from models.diffusion.configuration import Configuration
from models.diffusion.model import StableDiffusion
from models.drawing import Adapter, Drawing, DrawingRefused
from models.dreambooth.embedded import EmbeddedTrainee
from models.dreambooth.sdxl import SdxlTrainee
from models.dreambooth.trainee import Trainee
from models.dreambooth.training import SubjectRecipe, train_subject
from models.embedded_image.model import EmbeddedImageModel

pytestmark = [pytest.mark.image, pytest.mark.filterwarnings("ignore::FutureWarning")]

RECIPE = SubjectRecipe("a zorp ball", "a ball", steps=6, batch=2, learning_rate=1e-3)
Make = Callable[[], Trainee]


@pytest.fixture(params=["embedded", "sdxl"])
def make(request: pytest.FixtureRequest) -> Make:
    """A trainee of each kind, with weights of its own."""
    torch.set_num_threads(1)
    if request.param == "embedded":
        weights = request.getfixturevalue("tiny_weights")
        return lambda: EmbeddedTrainee(EmbeddedImageModel.load(weights), 4, 1, train_text=True)
    folder: Path = request.getfixturevalue("tiny_sdxl")
    base = Configuration(str(folder / "base"))
    return lambda: SdxlTrainee(StableDiffusion.load(base), 64, 4, 1, train_text=True)


def pictures(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 255, (count, 64, 64, 3)).astype(np.uint8)


def drawn(trainee: Trainee, **changes: object) -> np.ndarray:
    asked = {"prompt": "a zorp ball", "width": 64, "height": 64, "seeds": (1,), "steps": 2} | changes
    return trainee.model.draw(Drawing(**asked), lambda *_: None).pixels


def test_untrained_loras_change_nothing_and_trained_ones_do(make: Make, tmp_path: Path) -> None:
    trainee = make()
    for network in trainee.networks.values():
        assert any(weight.requires_grad for weight in network.parameters())
        assert sum(w.numel() for w in network.parameters() if w.requires_grad) < 0.5 * sum(
            w.numel() for w in network.parameters() if not w.requires_grad
        )
    before = drawn(trainee)
    losses: list[float] = []
    train_subject(trainee, pictures(3), pictures(4, 1), RECIPE, tmp_path, lambda _, loss: losses.append(loss))
    assert len(losses) == 6
    assert not np.array_equal(drawn(trainee), before)


def test_its_file_draws_the_same_on_a_fresh_model_and_leaves_it_as_it_was(make: Make, tmp_path: Path) -> None:
    trainee, file = make(), tmp_path / "zorp.safetensors"
    train_subject(trainee, pictures(3), pictures(0), RECIPE, tmp_path / "run", lambda *_: None)
    trainee.save(file)
    fresh = make()
    plain = drawn(fresh)
    taught = drawn(fresh, adapters=(Adapter(file),))
    np.testing.assert_allclose(taught, drawn(trainee), atol=2e-3)
    assert not np.allclose(taught, plain, atol=2e-3)
    np.testing.assert_array_equal(drawn(fresh), plain)
    half = drawn(fresh, adapters=(Adapter(file, 0.5),))
    assert not np.allclose(half, taught, atol=1e-4)


def test_a_killed_training_goes_on_as_if_nothing_had_been(make: Make, tmp_path: Path) -> None:
    class Killed(Exception):
        pass

    def kill(step: int, _: float) -> None:
        if step == 5:
            raise Killed

    trainees = [make() for _ in range(3)]
    given = (pictures(3), pictures(4, 1), RECIPE)
    train_subject(trainees[0], *given, tmp_path / "whole", lambda *_: None, 2)
    with pytest.raises(Killed):
        train_subject(trainees[1], *given, tmp_path / "cut", kill, 2)
    steps: list[int] = []
    train_subject(trainees[2], *given, tmp_path / "cut", lambda step, _: steps.append(step), 2)
    assert steps == [5, 6]
    for number in (0, 2):
        trainees[number].save(tmp_path / f"{number}.safetensors")
    whole, cut = (load_file(tmp_path / f"{number}.safetensors") for number in (0, 2))
    assert whole.keys() == cut.keys()
    assert all(torch.equal(whole[name], cut[name]) for name in whole)


def test_a_lora_of_another_model_is_refused(tiny_weights: Path, tiny_sdxl: Path, tmp_path: Path) -> None:
    base = Configuration(str(tiny_sdxl / "base"))
    SdxlTrainee(StableDiffusion.load(base), 64, 4, 1, train_text=False).save(tmp_path / "theirs.safetensors")
    (tmp_path / "broken.safetensors").write_bytes(b"no weights")
    model = EmbeddedImageModel.load(tiny_weights)
    for name in ("theirs", "broken"):
        with pytest.raises(DrawingRefused, match="does not fit the embedded model"):
            model.draw(
                Drawing("a", 64, 64, (1,), adapters=(Adapter(tmp_path / f"{name}.safetensors"),)), lambda *_: None
            )
