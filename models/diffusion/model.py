"""Stable Diffusion XL, ready to draw."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from diffusers import StableDiffusionXLImg2ImgPipeline, StableDiffusionXLInpaintPipeline
from numpy.typing import NDArray
from PIL import Image, ImageOps
from torch import Tensor

from models.diffusion.adapters import adapted
from models.diffusion.configuration import Configuration
from models.diffusion.decoding import Decoded, decode
from models.diffusion.loading import Pipelines, load_pipelines
from models.diffusion.memory import MemoryLadder
from models.diffusion.preview import fit_preview, look
from models.diffusion.prompts import Told, tell
from models.diffusion.schedulers import defaults_for, new_scheduler
from models.drawing import Adapter, Drawing, Drawn, OnStep

_Listener = Callable[[Any, int, Any, dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class _Plan:
    """Steps of one picture, shared out between base and refiner."""

    steps: int
    guidance: float
    first: int  # how many steps are left out for a starting picture
    split: float | None  # where the refiner takes over, as a share of the schedule

    @property
    def count(self) -> int:
        return self.steps - self.first


class StableDiffusion:
    """The pipelines in memory. Text to image, image to image and inpainting share one set of weights."""

    def __init__(self, configuration: Configuration, pipelines: Pipelines) -> None:
        self._configuration = configuration
        self._pipelines = pipelines
        self._ladder = MemoryLadder(pipelines)
        self._preview = fit_preview(pipelines.base.vae)
        # Without the dtype `from_pipe` would turn the networks, which are shared, to single precision.
        shared = {"torch_dtype": pipelines.dtype}
        self._from_picture = StableDiffusionXLImg2ImgPipeline.from_pipe(pipelines.base, **shared)
        self._with_mask = StableDiffusionXLInpaintPipeline.from_pipe(pipelines.base, **shared)
        for pipeline in (self._from_picture, self._with_mask):
            pipeline.set_progress_bar_config(disable=True)

    @classmethod
    def load(cls, configuration: Configuration) -> Self:
        """Load the weights.

        Raises:
            UnsafeCheckpoint: They are no safetensors.
            OSError: Something is missing.
        """
        return cls(configuration, load_pipelines(configuration))

    @property
    def base(self) -> Any:
        """The base's pipeline of diffusers, for training."""
        return self._pipelines.base

    def draw(self, drawing: Drawing, on_step: OnStep) -> Drawn:
        """Draw picture after picture: each has a generator of its own, so none depends on its neighbours.

        Raises:
            DrawingFailed: The network gave no numbers.
            DrawingRefused: A LoRA does not fit this model.
            UnsafeCheckpoint: A LoRA is no safetensors file.
            torch.OutOfMemoryError: The memory does not suffice with anything given up.
        """
        plan = self._plan(drawing)
        total = plan.count * len(drawing.seeds)
        decoded: list[Decoded] = []
        with adapted(self._pipelines.base, self._adapters(drawing)):
            told = tell(self._pipelines.base, drawing.prompt, drawing.negative_prompt)
            for number, seed in enumerate(drawing.seeds):
                listen = self._listener(on_step, number * plan.count, total)
                decoded.append(self._ladder.run(partial(self._one, drawing, plan, told, seed, listen)))
        notes = [*(note for each in decoded for note in each.notes), *self._ladder.notes]
        pixels = np.stack([each.pixels for each in decoded])
        return Drawn(pixels, "srgb", (drawing.width, drawing.height), tuple(dict.fromkeys(notes)))

    def _adapters(self, drawing: Drawing) -> list[Adapter]:
        own = self._configuration.few_step_adapter
        return [*([Adapter(Path(own))] if own else []), *drawing.adapters]

    def _plan(self, drawing: Drawing) -> _Plan:
        usual = defaults_for(self._configuration.few_step)
        steps = drawing.steps or usual.steps
        guidance = usual.guidance if drawing.guidance is None else drawing.guidance
        if drawing.init is not None:
            return _Plan(steps, guidance, steps - max(int(steps * drawing.strength), 1), None)
        refined = self._pipelines.refiner is not None and steps > 1
        return _Plan(steps, guidance, 0, 1 - self._configuration.refiner_share if refined else None)

    def _listener(self, on_step: OnStep, before: int, total: int) -> _Listener:
        """Counts the steps of base and refiner together; what `on_step` raises ends the pipeline's loop."""
        done = before

        def told(_pipeline: Any, _step: int, _time: Any, values: dict[str, Any]) -> dict[str, Any]:
            nonlocal done
            done = min(done + 1, total)
            on_step(done, total, lambda: look(values["latents"], self._preview))
            return values

        return told

    def _one(self, drawing: Drawing, plan: _Plan, told: Told, seed: int, listen: _Listener) -> Decoded:
        base = self._pipelines.base
        shared: dict[str, Any] = {
            **told.arguments(),
            "num_inference_steps": plan.steps,
            "guidance_scale": plan.guidance,
            "generator": torch.Generator().manual_seed(seed),
            "output_type": "latent",
            "callback_on_step_end": listen,
        }
        if drawing.init is None:
            size = {"width": drawing.width, "height": drawing.height}
            latents = self._ran(base, **shared, **size, denoising_end=plan.split)
            if plan.split is not None:
                latents = self._refined(drawing, plan, latents, seed, listen)
            return decode(base.vae, latents)
        start = _fitted(drawing.init, drawing.width, drawing.height)
        shared["strength"] = (plan.count + 0.5) / plan.steps if plan.first else 1.0
        if drawing.mask is None:
            return decode(base.vae, self._ran(self._from_picture, **shared, image=start))
        mask = _fitted(drawing.mask, drawing.width, drawing.height)
        size = {"width": drawing.width, "height": drawing.height}
        made = decode(base.vae, self._ran(self._with_mask, **shared, **size, image=start, mask_image=mask))
        return Decoded(_laid_over(start, made.pixels, mask), made.notes)

    def _refined(self, drawing: Drawing, plan: _Plan, latents: Tensor, seed: int, listen: _Listener) -> Tensor:
        refiner = self._pipelines.refiner
        return self._ran(
            refiner,
            **tell(refiner, drawing.prompt, drawing.negative_prompt).arguments(),
            image=latents,
            num_inference_steps=plan.steps,
            denoising_start=plan.split,
            guidance_scale=plan.guidance,
            generator=torch.Generator().manual_seed(seed),
            output_type="latent",
            callback_on_step_end=listen,
        )

    def _ran(self, pipeline: Any, **arguments: Any) -> Tensor:
        pipeline.scheduler = new_scheduler(
            pipeline.scheduler, self._configuration.scheduler, self._configuration.few_step
        )
        latents: Tensor = pipeline(**arguments).images
        return latents


def _fitted(pixels: NDArray[np.uint8], width: int, height: int) -> Image.Image:
    """The middle of a picture at the size that is drawn."""
    return ImageOps.fit(Image.fromarray(pixels), (width, height), Image.Resampling.LANCZOS)


def _laid_over(start: Image.Image, made: NDArray[np.float32], mask: Image.Image) -> NDArray[np.float32]:
    """What the mask leaves is the starting picture itself, not what the autoencoder made of it."""
    share = np.asarray(mask.convert("L"), np.float32)[..., None] / 255
    return np.asarray(made * share + np.asarray(start, np.float32) / 255 * (1 - share), np.float32)
