"""The training: it learns, it goes on after a stop as if there had been none, and the finish and enlarger help."""

from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import torch

from models.embedded_image.autoencoder import fit_patches
from models.embedded_image.enlarger import enlarge
from models.embedded_image.light import encode_light
from models.embedded_image.scenes import render
from models.embedded_image.text import new_text_encoder, tokens, train_tokenizer
from models.embedded_image.training.autoencoder import AutoencoderRecipe, train_finish
from models.embedded_image.training.dataset import chunk
from models.embedded_image.training.denoiser import DenoiserRecipe, Denoising, train_denoiser
from models.embedded_image.training.enlarger import EnlargerRecipe, train_enlarger
from models.embedded_image.training.judge import JudgeRecipe, train_judge
from models.embedded_image.training.latents import encode
from tests.models.embedded_image.tiny import tiny_denoiser, tiny_scenes

pytestmark = pytest.mark.image


class Stopped(Exception):
    """As if the process had been killed."""


def trained(folder: Path, until: int = 10**9) -> tuple[Denoising, list[float]]:
    torch.set_num_threads(1)
    scenes = tiny_scenes()
    tokenizer = train_tokenizer([said for wordings in scenes.captions for said in wordings], folder / "words", 400)
    latents = encode(scenes, fit_patches(scenes.pixels.astype(np.float32)), tokenizer)
    torch.manual_seed(1)
    model = Denoising(tiny_denoiser(), new_text_encoder(tokenizer))
    losses: list[float] = []

    def on_step(step: int, loss: float) -> None:
        losses.append(loss)
        if step == until:
            raise Stopped

    recipe = DenoiserRecipe(steps=36, batch=10, warm_up=5)
    with suppress(Stopped):
        train_denoiser(
            model, [latents], tokens(tokenizer, [""])[0], recipe, folder / "run", on_step, checkpoint_every=12
        )
    return model, losses


def test_it_learns_and_goes_on_after_a_stop_as_if_there_had_been_none(tmp_path: Path) -> None:
    whole, losses = trained(tmp_path / "whole")
    assert np.mean(losses[-10:]) < 0.97 * np.mean(losses[:5])
    _, before = trained(tmp_path / "broken", until=27)
    resumed, after = trained(tmp_path / "broken")
    assert before == losses[:27]
    assert after == losses[24:], "from the checkpoint of step 24"
    for one, other in zip(whole.state_dict().values(), resumed.state_dict().values(), strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=0)


def test_the_finish_mends_what_the_patches_lost() -> None:
    torch.set_num_threads(1)
    torch.manual_seed(0)
    model = fit_patches(tiny_scenes().pixels.astype(np.float32))
    others = torch.from_numpy(chunk(2, (64, 64), count=40).pixels.astype(np.float32))
    with torch.no_grad():
        latents, before = model.encode(others), float((model(others) - others).square().mean())
    train_finish(model, AutoencoderRecipe(steps=100, batch=4, scenes=500, spoil=0.0), lambda *_: None)
    with torch.no_grad():
        np.testing.assert_array_equal(model.encode(others), latents)
        assert float((model(others) - others).square().mean()) < 0.995 * before


def test_the_enlarger_learns_and_its_strips_do_not_show() -> None:
    torch.set_num_threads(1)
    scenes = tiny_scenes()
    autoencoder = fit_patches(scenes.pixels.astype(np.float32))
    losses: list[float] = []
    recipe = EnlargerRecipe(steps=24, batch=2, scenes=12, coarse=0.0, decoded=0.0)
    network = train_enlarger(recipe, autoencoder, lambda _, loss: losses.append(loss))
    assert np.mean(losses[-8:]) < np.mean(losses[:8])
    small = torch.from_numpy(encode_light(render(scenes.scenes[0], 48, 150)).transpose(2, 0, 1))
    whole = enlarge(network, small, 192, 600)
    with torch.no_grad():
        torch.testing.assert_close(whole, network(small[None])[0], rtol=0, atol=1e-5)


def test_the_judge_learns() -> None:
    torch.set_num_threads(1)
    losses: list[float] = []
    judge = train_judge(JudgeRecipe(scenes=500, passes=2, batch=50), lambda _, __, loss: losses.append(loss))
    assert np.mean(losses[-5:]) < 0.9 * losses[0]
    said = judge.say(torch.from_numpy(tiny_scenes().pixels[:3].astype(np.float32)))
    assert len(said) == 3
