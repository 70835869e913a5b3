"""Training of the denoiser and the text encoder together: a rectified flow from noise to the scenes' latents.

Liu et al. 2022, arXiv 2209.03003; times are drawn logit-normal as in Esser et al. 2024, arXiv 2403.03206.
"""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from math import log
from pathlib import Path

import numpy as np
import torch
from diffusers import UNet2DConditionModel
from diffusers.models.attention_processor import AttnProcessor
from torch import Tensor, nn
from transformers import CLIPTextModel

from models.checkpoint import restore, save
from models.embedded_image.denoiser import SHIFT
from models.embedded_image.training.latents import LatentChunk


@dataclass(frozen=True)
class DenoiserRecipe:
    """How the denoiser is trained.

    Attributes:
        steps: In all; the learning rate falls over the last fifth.
        blank: Share of scenes shown without words, for classifier-free guidance.
        last_shift: How far times are moved towards noise at the end; at the beginning it is `SHIFT`. Colours are
            decided where there is much noise, outlines where there is less: first the ones, then the others.
        bfloat16: Multiply in bfloat16, the weights and sums stay as they are: with matrix units (AMX) a step takes 0.6
            of the time.
    """

    steps: int = 30_000
    batch: int = 48
    learning_rate: float = 1e-3
    warm_up: int = 500
    blank: float = 0.1
    decay: float = 0.9995
    last_shift: float = 1.2
    bfloat16: bool = True
    seed: int = 2


class Denoising(nn.Module):
    """Denoiser and text encoder, trained as one."""

    def __init__(self, unet: UNet2DConditionModel, text: CLIPTextModel) -> None:
        super().__init__()
        self.unet = unet
        self.text = text

    def forward(self, noisy: Tensor, time: Tensor, words: Tensor) -> Tensor:
        """The velocity from scene to noise.

        Args:
            time: 0 for the scene, 1 for noise.
        """
        context = self.text(words).last_hidden_state
        velocity: Tensor = self.unet(noisy, time * 1000, context).sample
        return velocity


def train_denoiser(
    model: Denoising,
    chunks: list[LatentChunk],
    blank: Tensor,
    recipe: DenoiserRecipe,
    folder: Path,
    on_step: Callable[[int, float], None],
    checkpoint_every: int = 500,
) -> Denoising:
    """Train, going on from the folder's checkpoint where there is one.

    Args:
        blank: (LONGEST,) tokens of the empty prompt.
        on_step: Told the step and its loss; what it raises stops the training, and the last checkpoint stands.

    Returns:
        The model with the average of its weights over the last steps.
    """
    # The fused attention's way back takes ten times as long in bfloat16 on a processor as plain products do.
    model.unet.set_attn_processor(AttnProcessor())
    model.text.set_attn_implementation("eager")
    optimiser = torch.optim.AdamW(
        model.parameters(), recipe.learning_rate, betas=(0.9, 0.99), weight_decay=0.01, fused=True
    )
    average = deepcopy(model).requires_grad_(False)
    networks, optimisers = {"model": model, "average": average}, {"optimiser": optimiser}
    start = restore(folder, networks, optimisers)
    sizes = np.array([len(part.latents) for part in chunks], float)
    for step in range(start + 1, recipe.steps + 1):
        # Each step has its own random numbers: a run that was stopped goes on as if it had not been.
        generator = np.random.default_rng((recipe.seed, step))
        torch.manual_seed(recipe.seed * 1_000_003 + step)
        for group in optimiser.param_groups:
            group["lr"] = recipe.learning_rate * _rate(step, recipe)
        with torch.autocast("cpu", torch.bfloat16, enabled=recipe.bfloat16):
            loss = flow_loss(model, *_batch(chunks, sizes, blank, recipe, generator), _shift(step, recipe))
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch has no annotation for it
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        decay = min(recipe.decay, (1 + step) / (10 + step))
        with torch.no_grad():
            for slow, fast in zip(average.parameters(), model.parameters(), strict=True):
                slow.lerp_(fast, 1 - decay)
        if step % checkpoint_every == 0 or step == recipe.steps:
            save(folder, step, networks, optimisers)
        on_step(step, float(loss.detach()))
    return average.eval()


def _rate(step: int, recipe: DenoiserRecipe) -> float:
    fall = recipe.steps / 5
    return min(step / recipe.warm_up, 1.0, max((recipe.steps - step) / fall, 0.02))


def _shift(step: int, recipe: DenoiserRecipe) -> float:
    return float(SHIFT * (recipe.last_shift / SHIFT) ** (step / recipe.steps))


def _batch(
    chunks: list[LatentChunk], sizes: np.ndarray, blank: Tensor, recipe: DenoiserRecipe, generator: np.random.Generator
) -> tuple[Tensor, Tensor]:
    one = chunks[int(generator.choice(len(chunks), p=sizes / sizes.sum()))]
    same = [part for part in chunks if part.latents.shape[2:] == one.latents.shape[2:]]
    parts = generator.integers(len(same), size=recipe.batch)
    rows = [(same[part], int(generator.integers(len(same[part].latents)))) for part in parts]
    latents = torch.from_numpy(np.stack([part.latents[row] for part, row in rows]).astype(np.float32))
    wordings = [int(generator.integers(part.tokens.shape[1])) for part, _ in rows]
    words = np.stack([part.tokens[row, wording] for (part, row), wording in zip(rows, wordings, strict=True)])
    words[generator.random(len(words)) < recipe.blank] = blank.numpy()
    return latents, torch.from_numpy(words.astype(np.int64))


def flow_loss(model: Denoising, scene: Tensor, words: Tensor, shift: float = SHIFT) -> Tensor:
    """Squared error of the velocity at random times.

    Args:
        scene: (n, 48, height / 8, width / 8) latents.
        words: (n, LONGEST) tokens.
        shift: How far times are moved towards noise; 1 for not at all.
    """
    noise = torch.randn_like(scene)
    time = torch.sigmoid(torch.randn(len(scene)) + log(shift))
    mixed = scene + (noise - scene) * time[:, None, None, None]
    loss: Tensor = (model(mixed, time, words).float() - (noise - scene)).square().mean()
    return loss
