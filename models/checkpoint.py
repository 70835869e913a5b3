"""A training's state as one safetensors file: several networks and their optimisers."""

from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

_STEP = "step"


def save(
    folder: Path, step: int, networks: Mapping[str, nn.Module], optimisers: Mapping[str, torch.optim.Optimizer]
) -> None:
    """Write the folder's checkpoint, whole or not at all."""
    state = {_STEP: torch.tensor(step)}
    for name, network in networks.items():
        state |= {f"{name}/{key}": value.contiguous() for key, value in network.state_dict().items()}
    for name, optimiser in optimisers.items():
        for number, slot in optimiser.state_dict()["state"].items():
            state |= {f"{name}/{number}/{key}": torch.as_tensor(value) for key, value in slot.items()}
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / "checkpoint.part"
    save_file(state, partial)
    partial.replace(folder / "checkpoint.safetensors")


def last_step(folder: Path) -> int:
    """The step after which the folder's checkpoint was made, 0 without one."""
    file = folder / "checkpoint.safetensors"
    if not file.exists():
        return 0
    with safe_open(file, "pt") as opened:
        return int(opened.get_tensor(_STEP))


def restore(folder: Path, networks: Mapping[str, nn.Module], optimisers: Mapping[str, torch.optim.Optimizer]) -> int:
    """Take up the folder's checkpoint; gives the step after which it was made, 0 without one."""
    file = folder / "checkpoint.safetensors"
    if not file.exists():
        return 0
    state = load_file(file)
    for name, network in networks.items():
        network.load_state_dict(_part(state, name))
    for name, optimiser in optimisers.items():
        slots: dict[int, dict[str, Tensor]] = {}
        for path, value in _part(state, name).items():
            number, _, key = path.partition("/")
            slots.setdefault(int(number), {})[key] = value
        optimiser.load_state_dict({"state": slots, "param_groups": optimiser.state_dict()["param_groups"]})
    return int(state[_STEP])


def _part(state: dict[str, Tensor], name: str) -> dict[str, Tensor]:
    prefix = f"{name}/"
    return {key[len(prefix) :]: value for key, value in state.items() if key.startswith(prefix)}
