"""Training of the autoencoder's finish: what the patches lost, put right."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from models.embedded_image.autoencoder import PatchAutoencoder, fit_patches
from models.embedded_image.training.dataset import chunk


@dataclass(frozen=True)
class AutoencoderRecipe:
    """How the autoencoder is made.

    Attributes:
        spoil: Noise on the latents while the finish learns, in units of a latent: the denoiser is never quite right.
    """

    steps: int = 3000
    batch: int = 24
    learning_rate: float = 1e-3
    scenes: int = 12_000
    spoil: float = 0.08
    seed: int = 1


def fit_autoencoder(recipe: AutoencoderRecipe) -> PatchAutoencoder:
    """The patches' principal components; the finish does nothing yet."""
    torch.manual_seed(recipe.seed)
    seeds = range(10_000_000, 10_000_000 + min(max(recipe.scenes // 500, 1), 8))
    pictures = [chunk(seed, (64, 64)).pixels for seed in seeds]
    model = fit_patches(np.concatenate(pictures).astype(np.float32))
    model.eval()
    return model


def train_finish(model: PatchAutoencoder, recipe: AutoencoderRecipe, on_step: Callable[[int, float], None]) -> None:
    """Train the finish; the components, and with them the latents, stay as they are.

    Args:
        on_step: Told the step and its squared error.
    """
    torch.manual_seed(recipe.seed)
    generator = np.random.default_rng(recipe.seed)
    seeds = range(11_000_000, 11_000_000 + recipe.scenes // 500)
    pixels = np.concatenate([chunk(seed, (64, 64)).pixels for seed in seeds])
    finish = [*model.enter.parameters(), *model.blocks.parameters(), *model.leave.parameters()]
    optimiser = torch.optim.AdamW(finish, recipe.learning_rate, betas=(0.9, 0.99))
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, recipe.learning_rate, recipe.steps, pct_start=0.05)
    for step in range(1, recipe.steps + 1):
        rows = generator.choice(len(pixels), recipe.batch, replace=False)
        pictures = torch.from_numpy(pixels[rows].astype(np.float32))
        with torch.no_grad():
            latents = model.encode(pictures)
            latents = latents + torch.randn_like(latents) * recipe.spoil * torch.rand(len(rows), 1, 1, 1)
        error = model.decode(latents) - pictures
        loss = error.square().mean() + 0.1 * error.abs().mean()
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch has no annotation for it
        torch.nn.utils.clip_grad_norm_(finish, 1.0)
        optimiser.step()
        schedule.step()
        on_step(step, float(error.detach().square().mean()))
