"""Stable Diffusion XL as one that learns a subject."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from diffusers import DDPMScheduler, StableDiffusionXLPipeline
from diffusers.utils import convert_state_dict_to_diffusers
from numpy.typing import NDArray
from torch import Tensor, nn

from models.diffusion.model import StableDiffusion
from models.dreambooth.lora import add_lora, lora_weights

_DENOISER: Final = ("to_q", "to_k", "to_v", "to_out.0")
_TEXT: Final = ("q_proj", "k_proj", "v_proj", "out_proj")


class SdxlTrainee:
    """Takes a model of its own: LoRAs stay in its networks."""

    def __init__(self, model: StableDiffusion, side: int, rank: int, seed: int, *, train_text: bool) -> None:
        self.model, self.side = model, side
        self._pipeline: Any = model.base
        self._scheduler = DDPMScheduler.from_config(self._pipeline.scheduler.config)
        self._pipeline.vae.requires_grad_(requires_grad=False)
        add_lora(self._pipeline.unet, rank, _DENOISER, seed)
        self._encoders = {"text_encoder": self._pipeline.text_encoder, "text_encoder_2": self._pipeline.text_encoder_2}
        for number, encoder in enumerate(self._encoders.values(), 1):
            encoder.requires_grad_(requires_grad=False)
            if train_text:
                add_lora(encoder, rank, _TEXT, seed + number)
        self._trains_text = train_text
        if self._device.type == "cuda":
            self._pipeline.unet.enable_gradient_checkpointing()

    @property
    def networks(self) -> Mapping[str, nn.Module]:
        """The denoiser, and both text encoders where they learn."""
        return {"unet": self._pipeline.unet, **(self._encoders if self._trains_text else {})}

    @property
    def _device(self) -> torch.device:
        device: torch.device = self._pipeline.unet.device
        return device

    @torch.no_grad()
    def encode(self, pictures: NDArray[np.uint8]) -> Tensor:
        """(n, side, side, 3) sRGB as latents (n, 4, side / 8, side / 8); in single precision, as half may overflow."""
        vae = self._pipeline.vae
        kept = vae.dtype
        vae.to(torch.float32)
        try:
            unit = torch.from_numpy(pictures.astype(np.float32) / 127.5 - 1).permute(0, 3, 1, 2).to(vae.device)
            found = [vae.encode(one[None]).latent_dist.mode() * vae.config.scaling_factor for one in unit]
        finally:
            vae.to(kept)
        return torch.cat(found)

    def loss(self, latents: Tensor, prompt: str) -> Tensor:
        """Squared error of the noise, or of the velocity where the weights were trained on it."""
        noise = torch.randn(latents.shape).to(latents.device)
        times = torch.randint(self._scheduler.config.num_train_timesteps, (len(latents),)).to(latents.device)
        noisy = self._scheduler.add_noise(latents, noise, times)
        with torch.autocast(self._device.type, torch.bfloat16, enabled=self._device.type == "cuda"):
            words, pooled = self._words(prompt)
            size = torch.tensor([[self.side, self.side, 0, 0, self.side, self.side]], device=latents.device)
            conditions = {
                "text_embeds": pooled.expand(len(latents), -1),
                "time_ids": size.expand(len(latents), -1).to(pooled.dtype),
            }
            said = self._pipeline.unet(
                noisy, times, words.expand(len(latents), -1, -1), added_cond_kwargs=conditions
            ).sample
        velocity = self._scheduler.config.prediction_type == "v_prediction"
        wanted = self._scheduler.get_velocity(latents, noise, times) if velocity else noise
        error: Tensor = (said.float() - wanted.float()).square().mean()
        return error

    def _words(self, prompt: str) -> tuple[Tensor, Tensor]:
        """What both encoders make of the words, and the second one's pooled vector."""
        found = []
        tokenizers = (self._pipeline.tokenizer, self._pipeline.tokenizer_2)
        for tokenizer, encoder in zip(tokenizers, self._encoders.values(), strict=True):
            read = tokenizer(prompt, padding="max_length", truncation=True, return_tensors="pt").input_ids
            found.append(encoder(read.to(self._device), output_hidden_states=True))
        return torch.cat([one.hidden_states[-2] for one in found], -1), found[-1][0]

    def save(self, file: Path) -> None:
        """Write the LoRAs in diffusers' own format."""
        layers = {
            f"{name}_lora_layers": convert_state_dict_to_diffusers(lora_weights(network))
            for name, network in self.networks.items()
        }
        StableDiffusionXLPipeline.save_lora_weights(
            file.parent, **layers, weight_name=file.name, safe_serialization=True
        )
