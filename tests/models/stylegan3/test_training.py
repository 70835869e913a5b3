"""Training that learns, goes on where it was killed, and its files."""

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from models.drawing import Adapter, Drawing, DrawingRefused
from models.stylegan3.configuration import GeneratorConfiguration
from models.stylegan3.generator import Generator, new_generator
from models.stylegan3.model import StyleGan3
from models.stylegan3.training import TrainingRecipe, train_generator
from models.stylegan3.weights import UnfitWeights, load_generator, save_generator

pytestmark = pytest.mark.image

TINY = GeneratorConfiguration(resolution=16, layers=4, width=8, base=128, z=8, w=8)


def pictures(count: int = 64) -> np.ndarray:
    """Bright on the left, dark on the right, in a random colour."""
    generator = np.random.default_rng(0)
    colours = generator.integers(120, 255, (count, 1, 1, 3))
    ramp = np.where(np.arange(16) < 8, 1.0, 0.1)[None, None, :, None]
    return np.broadcast_to(colours * ramp, (count, 16, 16, 3)).astype(np.uint8)


def trained(folder: Path, steps: int, **changes: object) -> tuple[Generator, list[float]]:
    torch.set_num_threads(1)
    losses: list[float] = []
    recipe = TrainingRecipe(steps=steps, batch=8, mirror=False, seed=1)
    made = train_generator(TINY, pictures(), recipe, folder, lambda _, __, telling, ___: losses.append(telling), 3)
    return made, losses


def test_a_killed_training_goes_on_as_if_nothing_had_been(tmp_path: Path) -> None:
    whole, _ = trained(tmp_path / "whole", 18)  # past the first penalty

    class Killed(Exception):
        pass

    def kill(step: int, *_: object) -> None:
        if step == 17:
            raise Killed

    recipe = TrainingRecipe(steps=18, batch=8, mirror=False, seed=1)
    with pytest.raises(Killed):
        train_generator(TINY, pictures(), recipe, tmp_path / "cut", kill, 3)
    resumed, rest = trained(tmp_path / "cut", 18)
    assert len(rest) == 3  # after the checkpoint of step 15
    for name, value in whole.state_dict().items():
        assert torch.equal(value, resumed.state_dict()[name]), name


def test_it_learns_what_the_pictures_have_in_common(tmp_path: Path) -> None:
    made, _ = trained(tmp_path, 75)
    with torch.inference_mode():
        drawn = made(torch.randn(16, TINY.z, generator=torch.manual_seed(5))).mean((0, 1, 2))
        before = new_generator(TINY, 1).eval()(torch.randn(16, TINY.z, generator=torch.manual_seed(5))).mean((0, 1, 2))
    assert float(drawn[:8].mean() - drawn[8:].mean()) > 0.5
    assert abs(float(before[:8].mean() - before[8:].mean())) < 0.3


def test_pictures_of_another_size_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"\(n, 16, 16, 3\)"):
        train_generator(TINY, np.zeros((4, 8, 8, 3), np.uint8), TrainingRecipe(), tmp_path, lambda *_: None)


def test_a_file_gives_the_generator_back_and_a_damaged_one_is_refused(tmp_path: Path) -> None:
    made = new_generator(TINY, 7).eval()
    file = tmp_path / "generator.safetensors"
    save_generator(made, file, {"version": "1"})
    loaded, said = load_generator(file)
    assert said["version"] == "1"
    points = torch.randn(2, TINY.z)
    with torch.inference_mode():
        assert torch.equal(loaded(points), made(points))
    whole = file.read_bytes()
    for damaged in (b"", whole[:100], whole[:-40], b"\x80\x04pickle" + whole):
        file.write_bytes(damaged)
        with pytest.raises(UnfitWeights):
            load_generator(file)
    file.write_bytes(whole)
    save_file(load_file(file), file)  # without its header
    with pytest.raises(UnfitWeights, match="stylegan3"):
        load_generator(file)


def test_it_draws_as_image_generation_asks(tmp_path: Path) -> None:
    save_generator(new_generator(TINY, 7), tmp_path / "a.safetensors")
    model = StyleGan3.load(tmp_path / "a.safetensors")
    asked = Drawing("words", 64, 40, (3, 4))
    steps: list[tuple[int, int]] = []
    made = model.draw(asked, lambda step, of, _: steps.append((step, of)))
    assert made.pixels.shape == (2, 40, 64, 3)
    assert (made.native, made.transfer, steps) == ((16, 16), "srgb", [(1, 2), (2, 2)])
    assert "no words" in made.notes[0]
    np.testing.assert_array_equal(model.draw(Drawing("x", 64, 40, (4,)), lambda *_: None).pixels[0], made.pixels[1])
    for refused in ({"adapters": (Adapter(tmp_path),)}, {"init": np.zeros((8, 8, 3), np.uint8)}):
        with pytest.raises(DrawingRefused, match="by seed alone"):
            model.draw(Drawing("x", 64, 64, (1,), **refused), lambda *_: None)
