"""Training of the enlarger: scenes drawn small and large by the renderer."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from models.embedded_image.autoencoder import PatchAutoencoder
from models.embedded_image.enlarger import SCALE, Enlarger
from models.embedded_image.light import encode_light
from models.embedded_image.scenes import render, sample_scene


@dataclass(frozen=True)
class EnlargerRecipe:
    """How the enlarger is trained.

    Attributes:
        decoded: Share of small pictures that went through the autoencoder, with some noise on their latents.
        coarse: Share of small pictures of a larger one's part: what the second enlargement sees.
    """

    steps: int = 2500
    batch: int = 8
    learning_rate: float = 1e-3
    scenes: int = 1500
    decoded: float = 0.6
    coarse: float = 0.35
    seed: int = 4


def train_enlarger(
    recipe: EnlargerRecipe, autoencoder: PatchAutoencoder, on_step: Callable[[int, float], None]
) -> Enlarger:
    """Train it.

    Args:
        on_step: Told the step and its squared error.
    """
    torch.manual_seed(recipe.seed)
    generator = np.random.default_rng(recipe.seed)
    pairs = [_pair(generator, recipe) for _ in range(recipe.scenes)]
    model: Enlarger = Enlarger()
    optimiser = torch.optim.AdamW(model.parameters(), recipe.learning_rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, recipe.learning_rate, recipe.steps, pct_start=0.05)
    for step in range(1, recipe.steps + 1):
        rows = generator.choice(len(pairs), recipe.batch, replace=False)
        small = torch.from_numpy(np.stack([pairs[row][0] for row in rows]).astype(np.float32))
        large = torch.from_numpy(np.stack([pairs[row][1] for row in rows]).astype(np.float32))
        error = model(_spoil(small, autoencoder, recipe, generator)) - large
        loss = error.abs().mean() + error.square().mean()
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        on_step(step, float(error.detach().square().mean()))
    model.eval()
    return model


def _pair(generator: np.random.Generator, recipe: EnlargerRecipe) -> tuple[np.ndarray, np.ndarray]:
    """The same scene at 64 and 256 pixels; or a part of it, as it would be at 256 and 1024."""
    scene = sample_scene(generator)
    if generator.random() < recipe.coarse:
        large = render(scene, 1024, 1024)
        y, x = generator.integers(0, 192, 2) * SCALE
        large = large[y : y + 256, x : x + 256]
        small = large.reshape(64, SCALE, 64, SCALE, 3).mean((1, 3))
    else:
        small, large = render(scene, 64, 64), render(scene, 256, 256)
    return (
        encode_light(small).transpose(2, 0, 1).astype(np.float16),
        encode_light(large).transpose(2, 0, 1).astype(np.float16),
    )


@torch.no_grad()
def _spoil(
    small: Tensor, autoencoder: PatchAutoencoder, recipe: EnlargerRecipe, generator: np.random.Generator
) -> Tensor:
    if generator.random() >= recipe.decoded:
        return small
    latents = autoencoder.encode(small)
    return autoencoder.decode(latents + 0.05 * torch.randn_like(latents))
