"""Every way through SDXL, on a tiny one with random weights."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from peft import LoraConfig
from safetensors.torch import save_file

from models.diffusion.configuration import Configuration
from models.diffusion.decoding import OVERFLOWED, DrawingFailed
from models.diffusion.loading import load_pipelines
from models.diffusion.model import StableDiffusion
from models.drawing import Adapter, Drawing, DrawingRefused, Pixels
from tests.models.diffusion.original_layout import write_single_file

pytestmark = [pytest.mark.image, pytest.mark.filterwarnings("ignore::FutureWarning")]

ASKED = Drawing("a red ball on the sea", 64, 64, (1,), steps=4)


@pytest.fixture(scope="module")
def base(tiny_sdxl: Path) -> StableDiffusion:
    return StableDiffusion.load(Configuration(str(tiny_sdxl / "base")))


def drawn(model: StableDiffusion, **changes: Any) -> np.ndarray:
    made = model.draw(replace(ASKED, **changes), lambda *_: None)
    assert made.transfer == "srgb"
    return made.pixels


def test_a_picture_depends_on_its_own_seed_alone(base: StableDiffusion) -> None:
    three = drawn(base, seeds=(1, 2, 3))
    assert three.shape == (3, 64, 64, 3)
    assert 0 <= three.min() < three.max() <= 1
    np.testing.assert_array_equal(three[1], drawn(base, seeds=(2,))[0])
    assert not np.array_equal(three[0], three[1])


def test_words_weights_and_what_to_keep_out_change_it(base: StableDiffusion) -> None:
    plain = drawn(base)
    for changes in (
        {"prompt": "a blue cube"},
        {"prompt": "a red (ball)1.4 on the sea"},
        {"negative_prompt": "cube"},
        {"guidance": 2.0},
        {"steps": 5},
    ):
        assert not np.array_equal(plain, drawn(base, **changes)), changes


def test_the_end_of_a_long_prompt_counts(base: StableDiffusion) -> None:
    long = "a red ball on the sea " * 30
    assert not np.array_equal(drawn(base, prompt=long + "red"), drawn(base, prompt=long + "cube"))


def test_the_refiner_takes_the_last_steps(base: StableDiffusion, tiny_sdxl: Path) -> None:
    both = StableDiffusion.load(
        Configuration(str(tiny_sdxl / "base"), refiner=str(tiny_sdxl / "refiner"), refiner_share=0.5)
    )
    told: list[tuple[int, int]] = []
    made = both.draw(ASKED, lambda step, steps, _: told.append((step, steps)))
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert not np.array_equal(made.pixels, drawn(base))
    np.testing.assert_array_equal(made.pixels, drawn(both))


@pytest.mark.parametrize("name", ["euler", "euler-a", "dpm++", "dpm++-karras", "unipc", "ddim"])
def test_every_sampler_draws(tiny_sdxl: Path, name: Any) -> None:
    model = StableDiffusion.load(Configuration(str(tiny_sdxl / "base"), scheduler=name))
    np.testing.assert_array_equal(drawn(model), drawn(model))


@pytest.mark.parametrize(("way", "steps"), [("lcm", 6), ("lightning", 4), ("turbo", 2)])
def test_distilled_models_draw_in_few_steps(tiny_sdxl: Path, way: Any, steps: int) -> None:
    model = StableDiffusion.load(Configuration(str(tiny_sdxl / "base"), few_step=way))
    told: list[int] = []
    model.draw(replace(ASKED, steps=None), lambda _, of, __: told.append(of))
    assert told == [steps] * steps


def test_a_picture_to_start_from_stays_the_more_the_weaker_the_change(base: StableDiffusion) -> None:
    start = np.zeros((80, 120, 3), np.uint8)
    start[:, 60:] = 255
    told: list[int] = []
    made = base.draw(replace(ASKED, init=start, strength=0.25, steps=8), lambda step, of, _: told.append(of))
    assert told == [2, 2]
    weak = made.pixels
    strong = drawn(base, init=start, strength=1.0, steps=8)
    anything = drawn(base, init=255 - start, strength=0.25, steps=8)
    assert np.abs(weak - anything).mean() > np.abs(strong - drawn(base, init=255 - start, strength=1.0, steps=8)).mean()


def test_what_the_mask_leaves_is_the_picture_itself(base: StableDiffusion) -> None:
    start = np.random.default_rng(0).integers(0, 255, (64, 64, 3)).astype(np.uint8)
    mask = np.zeros((64, 64), np.uint8)
    mask[:, 40:] = 255
    made = drawn(base, init=start, mask=mask, strength=1.0)[0]
    np.testing.assert_allclose(made[:, :32], start[:, :32] / 255, atol=1e-6)
    assert np.abs(made[:, 48:] - start[:, 48:] / 255).mean() > 0.05


def test_steps_are_told_and_what_a_listener_raises_stops_within_the_step(base: StableDiffusion) -> None:
    class Enough(Exception):
        pass

    looks: list[Pixels] = []

    def on_step(step: int, steps: int, early: Callable[[], Pixels]) -> None:
        looks.append(early())
        if step == 2:
            raise Enough

    with pytest.raises(Enough):
        base.draw(replace(ASKED, steps=20), on_step)
    assert [look.shape for look in looks] == [(8, 8, 3)] * 2
    assert looks[0].dtype == np.uint8
    assert drawn(base).shape == (1, 64, 64, 3), "and it draws again"


def lora(folder: Path, source: Path, name: str, strength: float) -> Path:
    """An adapter of random numbers for the base's U-Net."""
    pipeline = load_pipelines(Configuration(str(source / "base"))).base
    pipeline.unet.add_adapter(LoraConfig(r=2, target_modules=["to_q", "to_v"]), "default")
    torch.manual_seed(len(name))
    from diffusers.utils import convert_state_dict_to_diffusers
    from peft import get_peft_model_state_dict

    found = convert_state_dict_to_diffusers(get_peft_model_state_dict(pipeline.unet))
    weights = {f"unet.{key}": torch.randn_like(value) * strength for key, value in found.items()}
    save_file(weights, folder / name)
    return folder / name


def test_loras_are_laid_over_each_other_and_taken_off_again(
    base: StableDiffusion, tiny_sdxl: Path, tmp_path: Path
) -> None:
    one, other = (lora(tmp_path, tiny_sdxl, name, 0.5) for name in ("one.safetensors", "another.safetensors"))
    plain = drawn(base)
    with_one = drawn(base, adapters=(Adapter(one),))
    with_both = drawn(base, adapters=(Adapter(one), Adapter(other, 0.5)))
    assert not np.array_equal(plain, with_one)
    assert not np.array_equal(with_one, with_both)
    np.testing.assert_array_equal(with_one, drawn(base, adapters=(Adapter(one), Adapter(other, 0))))
    np.testing.assert_array_equal(plain, drawn(base))


def test_a_lora_of_another_model_is_refused(base: StableDiffusion, tmp_path: Path) -> None:
    save_file({"unet.nothing.lora_A.weight": torch.zeros(2, 2)}, tmp_path / "strange.safetensors")
    with pytest.raises(DrawingRefused, match=r"strange.safetensors does not fit"):
        drawn(base, adapters=(Adapter(tmp_path / "strange.safetensors"),))
    assert drawn(base).shape == (1, 64, 64, 3)


def test_a_picture_that_overflows_in_half_precision_is_decoded_again(tiny_sdxl: Path) -> None:
    pipelines = load_pipelines(Configuration(str(tiny_sdxl / "base"), dtype="bfloat16"))
    model = StableDiffusion(Configuration(str(tiny_sdxl / "base"), dtype="bfloat16"), pipelines)
    original = pipelines.base.vae.decoder.forward

    def overflow(sample: torch.Tensor, *rest: Any) -> torch.Tensor:
        made = original(sample, *rest)
        return made if made.dtype == torch.float32 else made * float("nan")

    pipelines.base.vae.decoder.forward = overflow
    made = model.draw(ASKED, lambda *_: None)
    assert made.notes == (OVERFLOWED,)
    assert np.isfinite(made.pixels).all()
    assert pipelines.base.vae.dtype == torch.bfloat16
    pipelines.base.vae.decoder.forward = lambda sample, *rest: original(sample, *rest) * float("nan")
    with pytest.raises(DrawingFailed, match="single precision either"):
        model.draw(ASKED, lambda *_: None)


def test_memory_that_does_not_suffice_is_given_up_in_order_and_said(tiny_sdxl: Path) -> None:
    pipelines = load_pipelines(Configuration(str(tiny_sdxl / "base")))
    model = StableDiffusion(Configuration(str(tiny_sdxl / "base")), pipelines)
    original = pipelines.base.vae.decode

    def scarce(*arguments: Any, **options: Any) -> Any:
        if not pipelines.base.vae.use_tiling:
            raise torch.OutOfMemoryError("no more memory")
        return original(*arguments, **options)

    pipelines.base.vae.decode = scarce
    made = model.draw(ASKED, lambda *_: None)
    assert made.notes == ("Memory did not suffice: the decoder works in tiles now.",)
    assert np.isfinite(made.pixels).all()

    def none(*arguments: Any, **options: Any) -> Any:
        raise torch.OutOfMemoryError("no more memory")

    pipelines.base.vae.decode = none
    with pytest.raises(torch.OutOfMemoryError):
        model.draw(ASKED, lambda *_: None)


def test_a_single_file_draws_the_same_as_its_folder(base: StableDiffusion, tiny_sdxl: Path, tmp_path: Path) -> None:
    file = write_single_file(tiny_sdxl / "base", tmp_path / "tiny.safetensors")
    one = StableDiffusion.load(Configuration(str(file), layout=str(tiny_sdxl / "base")))
    np.testing.assert_allclose(drawn(one), drawn(base), atol=1e-5)
