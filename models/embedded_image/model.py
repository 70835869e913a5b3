"""The embedded model: draws what its small world of shapes, landscapes and surfaces holds, in linear light."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import torch
from diffusers import FlowMatchEulerDiscreteScheduler, UNet2DConditionModel
from numpy.typing import NDArray
from torch import Tensor, nn
from transformers import CLIPTextModel, CLIPTokenizer

from models.drawing import Drawing, Drawn, OnStep, Pixels
from models.embedded_image.adapters import adapted
from models.embedded_image.autoencoder import PATCH, PatchAutoencoder
from models.embedded_image.card import WEIGHTS
from models.embedded_image.denoiser import SHIFT
from models.embedded_image.enlarger import Enlarger, enlarge
from models.embedded_image.light import decode_light, encode_light
from models.embedded_image.native import native_size
from models.embedded_image.text import LONGEST, load_tokenizer, tokens

STEPS, GUIDANCE = 24, 3.5


@dataclass(frozen=True, eq=False)
class EmbeddedImageModel:
    """The networks in memory."""

    unet: UNet2DConditionModel
    text: CLIPTextModel
    tokenizer: CLIPTokenizer
    autoencoder: PatchAutoencoder
    enlarger: Enlarger

    @classmethod
    def load(cls, folder: Path = WEIGHTS) -> Self:
        """Load the weights of a folder in diffusers' layout; those that come with the code by default.

        Raises:
            OSError: A file is missing or is no safetensors file.
        """
        plain = {"local_files_only": True, "use_safetensors": True, "torch_dtype": torch.float32}
        return cls(
            UNet2DConditionModel.from_pretrained(str(folder / "unet"), **plain).eval(),
            CLIPTextModel.from_pretrained(
                str(folder / "text_encoder"), local_files_only=True, dtype=torch.float32
            ).eval(),
            load_tokenizer(folder / "tokenizer"),
            PatchAutoencoder.from_pretrained(str(folder / "vae"), **plain).eval(),
            Enlarger.from_pretrained(str(folder / "enlarger"), **plain).eval(),
        )

    def draw(self, drawing: Drawing, on_step: OnStep) -> Drawn:
        """Draw at the native size nearest in shape, then enlarge; the result is scene-linear.

        Raises:
            DrawingRefused: A LoRA was trained for another model.
        """
        with adapted({"unet": self.unet, "text_encoder": self.text}, drawing.adapters):
            return self._draw(drawing, on_step)

    def _draw(self, drawing: Drawing, on_step: OnStep) -> Drawn:
        native = native_size(drawing.width, drawing.height)
        steps = drawing.steps or STEPS
        pictures = []
        for number, seed in enumerate(drawing.seeds):

            def told(step: int, early: Callable[[], Pixels], before: int = number * steps) -> None:
                on_step(before + step, len(drawing.seeds) * steps, early)

            latents = self._denoise(drawing, native, seed, steps, told)
            pictures.append(self._finish(latents, drawing.width, drawing.height))
        return Drawn(np.stack(pictures), "linear", native, self._notes(drawing))

    def _notes(self, drawing: Drawing) -> tuple[str, ...]:
        length = len(self.tokenizer(drawing.prompt.lower()).input_ids)
        if length <= LONGEST:
            return ()
        return (f"The prompt has {length} tokens; the embedded model reads the first {LONGEST}.",)

    @torch.inference_mode()
    def _denoise(
        self,
        drawing: Drawing,
        native: tuple[int, int],
        seed: int,
        steps: int,
        on_step: Callable[[int, Callable[[], Pixels]], None],
    ) -> Tensor:
        """Latents (1, 48, height / 8, width / 8) of one picture."""
        generator = torch.Generator().manual_seed(seed)
        shape = (1, self.unet.config.in_channels, native[1] // PATCH, native[0] // PATCH)
        noise = torch.randn(shape, generator=generator)
        words = self.text(tokens(self.tokenizer, [drawing.negative_prompt, drawing.prompt])).last_hidden_state
        guidance = GUIDANCE if drawing.guidance is None else drawing.guidance
        scheduler = FlowMatchEulerDiscreteScheduler(shift=SHIFT)
        scheduler.set_timesteps(steps)
        first, known = 0, None
        latents = noise
        if drawing.init is not None:
            known = self.known(drawing.init, native)
            first = min(int(steps * (1 - drawing.strength)), steps - 1)
            latents = _mixed(known, noise, scheduler.sigmas[first])
        keep = None if drawing.mask is None or known is None else _kept(drawing.mask, shape)
        for number, time in enumerate(scheduler.timesteps[first:], first + 1):
            blank, told = self.unet(latents.expand(2, -1, -1, -1), time.expand(2), words).sample.chunk(2)
            velocity = blank + guidance * (told - blank)
            sigma = scheduler.sigmas[number - 1]
            clean = latents - sigma * velocity
            latents = latents + (scheduler.sigmas[number] - sigma) * velocity
            if keep is not None and known is not None:
                latents = latents * (1 - keep) + _mixed(known, noise, scheduler.sigmas[number]) * keep
            on_step(number, lambda clean=clean: _preview(self.autoencoder.decode(clean)))  # type: ignore[misc]  # bound at once
        return latents

    def known(self, picture: Pixels, native: tuple[int, int]) -> Tensor:
        """Latents (1, 48, height / 8, width / 8) of a picture of any size, cut to the native shape."""
        srgb = torch.from_numpy(picture.astype(np.float32) / 255).permute(2, 0, 1)[None]
        width, height = native
        scale = max(height / srgb.shape[2], width / srgb.shape[3])
        sizes = (max(round(srgb.shape[2] * scale), height), max(round(srgb.shape[3] * scale), width))
        fitted = nn.functional.interpolate(srgb, size=sizes, mode="bicubic", antialias=True)[0].clamp(0, 1)
        top, left = (fitted.shape[1] - height) // 2, (fitted.shape[2] - width) // 2
        cut = fitted[:, top : top + height, left : left + width].numpy()
        linear = np.where(cut <= 0.04045, cut / 12.92, ((cut + 0.055) / 1.055) ** 2.4).astype(np.float32)
        latents: Tensor = self.autoencoder.encode(torch.from_numpy(encode_light(linear))[None])
        return latents

    @torch.inference_mode()
    def _finish(self, latents: Tensor, width: int, height: int) -> NDArray[np.float32]:
        small = self.autoencoder.decode(latents)[0]
        large = enlarge(self.enlarger, small, width, height)
        return decode_light(large.permute(1, 2, 0).numpy())


def _mixed(known: Tensor, noise: Tensor, sigma: Tensor) -> Tensor:
    return known * (1 - sigma) + noise * sigma


def _kept(mask: NDArray[np.uint8], shape: tuple[int, int, int, int]) -> Tensor:
    """(1, 1, height, width) of the latents: 1 where the picture stays."""
    white = torch.from_numpy(mask.astype(np.float32) / 255)[None, None]
    return 1 - nn.functional.interpolate(white, size=shape[2:], mode="area")


def _preview(code: Tensor) -> Pixels:
    """A small sRGB picture of what is being drawn."""
    light = np.clip(decode_light(code[0].permute(1, 2, 0).numpy()), 0, 1)
    srgb = np.where(light <= 0.0031308, light * 12.92, 1.055 * np.maximum(light, 0.0031308) ** (1 / 2.4) - 0.055)
    return np.round(srgb * 255).astype(np.uint8)
