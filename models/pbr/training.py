"""Training of the network that guesses a material's maps, with checkpoints that it goes on from."""

import copy
import json
import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from models.pbr.network import MaterialNetwork
from models.pbr.pairs import batch
from models.pbr.targets import loss

OnStep = Callable[[int, int, float], None]  # step from 1, steps in all, loss; what it raises stops the training


@dataclass(frozen=True)
class MaterialRecipe:
    """How the network is trained.

    Attributes:
        averaged: Share that the running mean of the weights keeps at each step; the mean is what is used.
        saved_every: Steps between checkpoints.
    """

    steps: int = 4200
    batch: int = 8
    learning_rate: float = 2e-3
    averaged: float = 0.998
    saved_every: int = 250
    seed: int = 11


class OtherRecipe(ValueError):
    """The checkpoint belongs to another training."""


def train(
    recipe: MaterialRecipe, checkpoint: Path | None, on_step: OnStep, start: MaterialNetwork | None = None
) -> MaterialNetwork:
    """Train on procedural materials.

    Args:
        checkpoint: A safetensors file to write now and then and to go on from, or None. It is left in place.
        on_step: Told of each step.
        start: A network to begin with in place of chance; it is left as it was.

    Raises:
        OtherRecipe: The checkpoint was written under another recipe.
    """
    torch.manual_seed(recipe.seed)
    network = MaterialNetwork() if start is None else copy.deepcopy(start).requires_grad_(True)
    mean = copy.deepcopy(network).requires_grad_(False)
    optimiser = torch.optim.AdamW(network.parameters(), recipe.learning_rate, weight_decay=1e-3)
    done = 0
    if checkpoint is not None and checkpoint.exists():
        done = _resume(recipe, checkpoint, network, mean, optimiser)
    network.train()
    for step in range(done + 1, recipe.steps + 1):
        for group in optimiser.param_groups:
            group["lr"] = recipe.learning_rate * _pace(step / recipe.steps)
        pictures, wanted, seamless = batch(recipe.seed, step, recipe.batch)
        error = loss(network(torch.from_numpy(pictures), seamless), torch.from_numpy(wanted))
        optimiser.zero_grad()
        error.backward()  # type: ignore[no-untyped-call]  # torch has no annotation for it
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        kept = min(recipe.averaged, step / (step + 10))
        with torch.no_grad():
            for slow, fast in zip(mean.parameters(), network.parameters(), strict=True):
                slow.lerp_(fast, 1 - kept)
        if checkpoint is not None and (step % recipe.saved_every == 0 or step == recipe.steps):
            _save(recipe, step, checkpoint, network, mean, optimiser)
        on_step(step, recipe.steps, float(error.detach()))
    return mean.eval()


def _pace(part: float) -> float:
    """Share of the learning rate: up in the first twentieth, then down along a cosine."""
    return part / 0.05 if part < 0.05 else 0.5 + 0.5 * math.cos(math.pi * (part - 0.05) / 0.95)


def _save(
    recipe: MaterialRecipe,
    step: int,
    checkpoint: Path,
    network: MaterialNetwork,
    mean: MaterialNetwork,
    optimiser: torch.optim.Optimizer,
) -> None:
    held: dict[str, Tensor] = {}
    for (name, weight), slow in zip(network.named_parameters(), mean.parameters(), strict=True):
        moments = optimiser.state[weight]
        held[f"weight.{name}"], held[f"mean.{name}"] = weight.detach(), slow.detach()
        held[f"first.{name}"], held[f"second.{name}"] = moments["exp_avg"], moments["exp_avg_sq"]
    checkpoint.parent.mkdir(parents=True, exist_ok=True)
    unfinished = checkpoint.with_suffix(".part")
    save_file(held, unfinished, {"step": str(step), "recipe": json.dumps(asdict(recipe))})
    unfinished.replace(checkpoint)


def _resume(
    recipe: MaterialRecipe,
    checkpoint: Path,
    network: MaterialNetwork,
    mean: MaterialNetwork,
    optimiser: torch.optim.Optimizer,
) -> int:
    with safe_open(checkpoint, "pt") as file:
        said = file.metadata() or {}
        if json.loads(said.get("recipe", "{}")) != asdict(recipe):
            raise OtherRecipe(f"{checkpoint.name} belongs to another recipe: remove it, or train with its recipe")
        step = int(said["step"])
        with torch.no_grad():
            for (name, weight), slow in zip(network.named_parameters(), mean.parameters(), strict=True):
                weight.copy_(file.get_tensor(f"weight.{name}"))
                slow.copy_(file.get_tensor(f"mean.{name}"))
                optimiser.state[weight] = {
                    "step": torch.tensor(float(step)),
                    "exp_avg": file.get_tensor(f"first.{name}"),
                    "exp_avg_sq": file.get_tensor(f"second.{name}"),
                }
    return step
