"""Training of the judge, on scenes of its own."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from models.embedded_image.judge import SLOTS, Judge, truth
from models.embedded_image.scenes import Scene
from models.embedded_image.training.dataset import Chunk, chunk

_NOT_SAID = -100  # cross-entropy passes over it


@dataclass(frozen=True)
class JudgeRecipe:
    """How the judge is trained.

    Attributes:
        scenes: How many it learns from; 0 for the judge that comes with the code, which learned from 40,000.
    """

    scenes: int = 0
    passes: int = 8
    batch: int = 64
    learning_rate: float = 2e-3
    seed: int = 3


def train_judge(recipe: JudgeRecipe, on_step: Callable[[int, int, float], None]) -> Judge:
    """Train a judge; held-out combinations of words are among its scenes, for it has to know them.

    Args:
        on_step: Told the step, how many there are, and its loss.
    """
    torch.manual_seed(recipe.seed)
    generator = np.random.default_rng(recipe.seed)
    chunks = [chunk(20_000_000 + i, (64, 64), held_out=i % 5 == 0) for i in range(recipe.scenes // 500)]
    pixels = np.concatenate([part.pixels for part in chunks])
    labels = np.concatenate([answers(part) for part in chunks])
    model = Judge()
    optimiser = torch.optim.AdamW(model.parameters(), recipe.learning_rate, weight_decay=0.02)
    steps = recipe.passes * (len(pixels) // recipe.batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, recipe.learning_rate, steps, pct_start=0.1)
    order = np.concatenate([generator.permutation(len(pixels)) for _ in range(recipe.passes + 1)])
    for step in range(1, steps + 1):
        rows = order[(step - 1) * recipe.batch : step * recipe.batch]
        pictures = torch.from_numpy(pixels[rows].astype(np.float32))
        # Drawn pictures are never quite as clean as rendered ones.
        pictures = pictures + torch.randn_like(pictures) * 0.04 * torch.rand(len(rows), 1, 1, 1)
        loss = _loss(model(pictures), torch.from_numpy(labels[rows]))
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch has no annotation for it
        optimiser.step()
        schedule.step()
        on_step(step, steps, float(loss.detach()))
    return model.eval()


def answers(part: Chunk) -> np.ndarray:
    """(scene, slot) numbers of the true words."""
    return np.array([_numbers(scene) for scene in part.scenes], np.int64)


def _numbers(scene: Scene) -> list[int]:
    said = truth(scene)
    return [words.index(said[slot]) if slot in said else _NOT_SAID for slot, words in SLOTS.items()]


def _loss(scores: dict[str, Tensor], labels: Tensor) -> Tensor:
    total = torch.zeros(())
    for column, slot in enumerate(SLOTS):
        if bool((labels[:, column] != _NOT_SAID).any()):
            total = total + nn.functional.cross_entropy(scores[slot], labels[:, column], label_smoothing=0.02)
    return total
