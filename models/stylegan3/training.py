"""Training: generator against discriminator, with the non-saturating loss and R1 (arXiv 1406.2661, 1801.04406)."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import softplus

from models.checkpoint import restore, save
from models.stylegan3.configuration import GeneratorConfiguration
from models.stylegan3.discriminator import Discriminator
from models.stylegan3.generator import Generator, new_generator

_LAZY: Final = 16  # steps between two penalties: they change little from one to the next (arXiv 1912.04958)


@dataclass(frozen=True)
class TrainingRecipe:
    """How a generator is trained.

    Attributes:
        penalty: Weight of R1, the squared slope of the discriminator at real pictures.
        memory: Pictures over which the weights are averaged: half of the average is older.
        mirror: Whether pictures may be mirrored, which doubles the data where left and right do not matter.
    """

    steps: int = 20_000
    batch: int = 16
    generator_rate: float = 2.5e-3
    discriminator_rate: float = 2e-3
    penalty: float = 1.0
    memory: int = 10_000
    mirror: bool = True
    seed: int = 0


@dataclass(eq=False)
class Trained:
    """What is being trained: `average` is what draws in the end."""

    generator: Generator
    discriminator: Discriminator
    average: Generator


# Told the step and the losses of generator and discriminator; what it raises stops the training.
OnStep = Callable[[int, float, float, Generator], None]


def train_generator(
    configuration: GeneratorConfiguration,
    pictures: NDArray[np.uint8],
    recipe: TrainingRecipe,
    folder: Path,
    on_step: OnStep,
    checkpoint_every: int = 250,
) -> Generator:
    """Train, going on from the folder's checkpoint where there is one, as if nothing had been between.

    Args:
        pictures: (n, resolution, resolution, 3) sRGB.

    Raises:
        ValueError: The pictures have another shape.
    """
    side = configuration.resolution
    if pictures.ndim != 4 or pictures.shape[1:] != (side, side, 3) or not len(pictures):
        raise ValueError(f"pictures are (n, {side}, {side}, 3), not {pictures.shape}")
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    trained = _untrained(configuration, recipe.seed, device)
    of_generator = _optimiser(trained.generator, recipe.generator_rate, 1)
    of_discriminator = _optimiser(trained.discriminator, recipe.discriminator_rate, _LAZY / (_LAZY + 1))
    parts = {"generator": trained.generator, "discriminator": trained.discriminator, "average": trained.average}
    optimisers = {"of_generator": of_generator, "of_discriminator": of_discriminator}
    start = restore(folder, parts, optimisers)
    for step in range(start + 1, recipe.steps + 1):
        # Each step has its own random numbers: a training that was stopped goes on as if it had not been.
        generator = np.random.default_rng((recipe.seed, step))
        torch.manual_seed(recipe.seed * 1_000_003 + step)
        real = _batch(pictures, recipe, generator).to(device)
        fooling = _generator_step(trained, of_generator, len(real))
        telling = _discriminator_step(trained, of_discriminator, real, recipe, penalised=step % _LAZY == 0)
        _average(trained, 0.5 ** (recipe.batch / min(recipe.memory, max(step * recipe.batch / 10, 1))))
        if step % checkpoint_every == 0 or step == recipe.steps:
            save(folder, step, parts, optimisers)
        on_step(step, fooling, telling, trained.average)
    return trained.average.cpu().eval()


def _untrained(configuration: GeneratorConfiguration, seed: int, device: torch.device) -> Trained:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed + 1)
        discriminator = Discriminator(configuration.resolution)
    average = new_generator(configuration, seed).requires_grad_(requires_grad=False)
    return Trained(new_generator(configuration, seed).to(device), discriminator.to(device), average.to(device))


def _optimiser(model: nn.Module, rate: float, share: float) -> torch.optim.Adam:
    """With the rate and memory of a penalty that comes only every few steps taken into account."""
    return torch.optim.Adam(model.parameters(), rate * share, betas=(0.0, 0.99**share), eps=1e-8)


def _batch(pictures: NDArray[np.uint8], recipe: TrainingRecipe, generator: np.random.Generator) -> Tensor:
    rows = pictures[generator.integers(len(pictures), size=recipe.batch)].astype(np.float32) / 127.5 - 1
    if recipe.mirror:
        flipped = generator.random(len(rows)) < 0.5
        rows[flipped] = rows[flipped, :, ::-1]
    return torch.from_numpy(np.ascontiguousarray(rows.transpose(0, 3, 1, 2)))


def _generator_step(trained: Trained, optimiser: torch.optim.Optimizer, batch: int) -> float:
    trained.discriminator.requires_grad_(requires_grad=False)
    loss = softplus(-trained.discriminator(trained.generator(_points(trained, batch), learn=True))).mean()
    optimiser.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]  # torch has no annotation for it
    optimiser.step()
    return float(loss.detach())


def _points(trained: Trained, count: int) -> Tensor:
    """Drawn on the processor, so that a seed means the same everywhere."""
    return torch.randn(count, trained.generator.configuration.z).to(trained.generator.waves.transform.device)


def _discriminator_step(
    trained: Trained, optimiser: torch.optim.Optimizer, real: Tensor, recipe: TrainingRecipe, *, penalised: bool
) -> float:
    trained.discriminator.requires_grad_(requires_grad=True)
    with torch.no_grad():
        drawn = trained.generator(_points(trained, len(real)))
    real.requires_grad_(penalised)
    said = trained.discriminator(real)
    loss = softplus(trained.discriminator(drawn)).mean() + softplus(-said).mean()
    total = loss
    if penalised:
        (slopes,) = torch.autograd.grad(said.sum(), real, create_graph=True)
        total = loss + _LAZY * recipe.penalty / 2 * slopes.square().sum((1, 2, 3)).mean()
    optimiser.zero_grad()
    total.backward()  # type: ignore[no-untyped-call]  # as above
    optimiser.step()
    return float(loss.detach())


@torch.no_grad()
def _average(trained: Trained, share: float) -> None:
    for kept, new in zip(trained.average.parameters(), trained.generator.parameters(), strict=True):
        kept.lerp_(new, 1 - share)
    for mean, newest in zip(trained.average.buffers(), trained.generator.buffers(), strict=True):
        mean.copy_(newest)
