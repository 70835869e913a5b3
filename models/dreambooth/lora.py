"""LoRAs put into networks, and taken out of them as weights."""

from collections.abc import Mapping, Sequence

import torch
from peft import LoraConfig, get_peft_model_state_dict
from torch import Tensor, nn


def add_lora(network: nn.Module, rank: int, targets: Sequence[str], seed: int) -> None:
    """Freeze a network of diffusers or transformers, and put untrained LoRAs beside these layers.

    The same seed gives the same; torch's own random state stays as it was.
    """
    network.requires_grad_(requires_grad=False)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network.add_adapter(  # type: ignore[operator]  # both libraries' networks have it
            LoraConfig(r=rank, lora_alpha=rank, init_lora_weights="gaussian", target_modules=list(targets))
        )
    for parameter in network.parameters():
        if parameter.requires_grad:
            parameter.data = parameter.data.float()  # half precision is too coarse to learn in


def learning(networks: Mapping[str, nn.Module]) -> list[nn.Parameter]:
    """The weights that learn, in a fixed order."""
    return [weight for name in sorted(networks) for weight in networks[name].parameters() if weight.requires_grad]


def lora_weights(network: nn.Module) -> dict[str, Tensor]:
    """The LoRAs of a network, by the layer that they belong to."""
    return {name: value.detach().cpu().contiguous() for name, value in get_peft_model_state_dict(network).items()}
