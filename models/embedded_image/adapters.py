"""LoRAs laid over the embedded model's networks for one drawing."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from models.drawing import Adapter, DrawingRefused

_DOWN, _UP = ".lora_A.weight", ".lora_B.weight"


@contextmanager
def adapted(networks: Mapping[str, nn.Module], adapters: Sequence[Adapter]) -> Iterator[None]:
    """The networks with these adapters added to their weights, each by its own weight; afterwards as they were.

    Args:
        networks: By the prefix that their weights have in an adapter's file.

    Raises:
        DrawingRefused: An adapter is no safetensors file, or was trained for another model.
    """
    kept: dict[nn.Parameter, Tensor] = {}
    try:
        with torch.no_grad():
            for adapter in adapters:
                for weight, change in _changes(networks, adapter.folder):
                    kept.setdefault(weight, weight.clone())
                    weight.add_(adapter.weight * change)
        yield
    finally:
        with torch.no_grad():
            for weight, before in kept.items():
                weight.copy_(before)


def _changes(networks: Mapping[str, nn.Module], file: Path) -> list[tuple[nn.Parameter, Tensor]]:
    """Which weights an adapter changes, and how: the product of its two narrow matrices (arXiv 2106.09685)."""
    try:
        state = load_file(file)
        layers = sorted({name.removesuffix(_DOWN).removesuffix(_UP) for name in state})
        return [_change(networks, layer, state[layer + _DOWN], state[layer + _UP]) for layer in layers]
    except (SafetensorError, OSError, KeyError, AttributeError, RuntimeError) as error:
        raise DrawingRefused(f"the LoRA {file.name} does not fit the embedded model") from error


def _change(networks: Mapping[str, nn.Module], layer: str, down: Tensor, up: Tensor) -> tuple[nn.Parameter, Tensor]:
    network, _, path = layer.partition(".")
    weight = networks[network].get_submodule(path).get_parameter("weight")
    return weight, (up.float().flatten(1) @ down.float().flatten(1)).reshape(weight.shape)
