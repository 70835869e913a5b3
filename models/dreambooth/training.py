"""Teaching a subject: its few pictures with its word, and pictures of its kind, so that the kind is not forgotten."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from models.checkpoint import restore, save
from models.dreambooth.lora import learning
from models.dreambooth.trainee import Trainee


@dataclass(frozen=True)
class SubjectRecipe:
    """How a subject is taught.

    Attributes:
        subject: Words with which its pictures are shown, such as "a photo of sks dog".
        kind: Words for its kind, such as "a photo of a dog".
        prior: Weight of the kind's pictures in the loss; 0 to go without them.
    """

    subject: str
    kind: str
    steps: int = 400
    batch: int = 2
    learning_rate: float = 1e-4
    prior: float = 1.0
    seed: int = 0


def train_subject(
    trainee: Trainee,
    subject: NDArray[np.uint8],
    kind: NDArray[np.uint8],
    recipe: SubjectRecipe,
    folder: Path,
    on_step: Callable[[int, float], None],
    checkpoint_every: int = 50,
) -> None:
    """Teach, going on from the folder's checkpoint where there is one, as if nothing had been between.

    Args:
        subject: (n, side, side, 3) sRGB of the subject; `kind` likewise of its kind, may be empty.
        on_step: Told the step and its loss; what it raises stops the training, and the last checkpoint stands.
    """
    weights = learning(trainee.networks)
    optimiser = torch.optim.AdamW(weights, recipe.learning_rate, weight_decay=0.01)
    # What is frozen is not kept: of a large model it is gigabytes, and it is in the weights already.
    kept = {"lora": nn.ParameterList(weights)}
    start = restore(folder, kept, {"optimiser": optimiser})
    own = trainee.encode(subject)
    others = trainee.encode(kind) if len(kind) and recipe.prior else own[:0]
    for step in range(start + 1, recipe.steps + 1):
        # Each step has its own random numbers: a training that was stopped goes on as if it had not been.
        generator = np.random.default_rng((recipe.seed, step))
        torch.manual_seed(recipe.seed * 1_000_003 + step)
        loss = trainee.loss(_some(own, recipe.batch, generator), recipe.subject)
        if len(others):
            loss = loss + recipe.prior * trainee.loss(_some(others, recipe.batch, generator), recipe.kind)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch has no annotation for it
        nn.utils.clip_grad_norm_(weights, 1.0)
        optimiser.step()
        if step % checkpoint_every == 0 or step == recipe.steps:
            save(folder, step, kept, {"optimiser": optimiser})
        on_step(step, float(loss.detach()))


def _some(latents: Tensor, count: int, generator: np.random.Generator) -> Tensor:
    return latents[torch.from_numpy(generator.integers(len(latents), size=count))]
