"""The embedded model as one that learns a subject."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file
from torch import Tensor, nn

from models.dreambooth.lora import add_lora, lora_weights
from models.embedded_image.model import EmbeddedImageModel
from models.embedded_image.text import tokens
from models.embedded_image.training.denoiser import Denoising, flow_loss

# Attention alone cannot change this small model's outlines: its convolutions learn too.
_DENOISER: Final = ("to_q", "to_k", "to_v", "to_out.0", "ff.net.0.proj", "ff.net.2", "conv1", "conv2", "conv_in")
_TEXT: Final = ("q_proj", "k_proj", "v_proj", "out_proj", "fc1", "fc2")


class EmbeddedTrainee:
    """Takes a model of its own: LoRAs stay in its networks."""

    side = 64

    def __init__(self, model: EmbeddedImageModel, rank: int, seed: int, *, train_text: bool) -> None:
        self.model = model
        add_lora(model.unet, rank, _DENOISER, seed)
        model.text.requires_grad_(requires_grad=False)
        if train_text:
            add_lora(model.text, rank, _TEXT, seed + 1)
        self._trains_text = train_text
        self._denoising = Denoising(model.unet, model.text)

    @property
    def networks(self) -> Mapping[str, nn.Module]:
        """The denoiser, and the text encoder where it learns."""
        return {"unet": self.model.unet, **({"text_encoder": self.model.text} if self._trains_text else {})}

    def encode(self, pictures: NDArray[np.uint8]) -> Tensor:
        """(n, 64, 64, 3) sRGB as latents (n, 48, 8, 8)."""
        with torch.no_grad():
            return torch.cat([self.model.known(picture, (self.side, self.side)) for picture in pictures])

    def loss(self, latents: Tensor, prompt: str) -> Tensor:
        """Squared error of the flow's velocity."""
        return flow_loss(self._denoising, latents, tokens(self.model.tokenizer, [prompt] * len(latents)))

    def save(self, file: Path) -> None:
        """Write the LoRAs."""
        state = {
            f"{prefix}.{name}": value
            for prefix, network in self.networks.items()
            for name, value in lora_weights(network).items()
        }
        save_file(state, file)
