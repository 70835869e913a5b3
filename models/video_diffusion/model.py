"""A video model of diffusers, ready to draw."""

from collections.abc import Iterator
from typing import Any, Self

import torch
from PIL import Image
from torch import Tensor

from models.clip import Clip, Frame, OnStep, Plan
from models.diffusion.decoding import DrawingFailed
from models.video_diffusion.configuration import Configuration
from models.video_diffusion.family import Family
from models.video_diffusion.fitting import fitted_frame, fitted_start
from models.video_diffusion.loading import load_family
from models.video_diffusion.stepping import telling


class VideoDiffusion:
    """A `models.clip.VideoModel` around one family's pipelines."""

    def __init__(self, family: Family) -> None:
        self._family = family

    @classmethod
    def load(cls, configuration: Configuration) -> Self:
        """Load the weights.

        Raises:
            UnsafeCheckpoint: They are no safetensors.
            UnknownPipeline: They are of a family that is not known.
            WordsUnreadable: A package for their tokenizer is missing.
            OSError: Something is missing.
        """
        return cls(load_family(configuration))

    @property
    def title(self) -> str:
        """The family's name."""
        return self._family.title

    @property
    def draws_from_words(self) -> bool:
        """Whether a clip may go without a first picture."""
        return self._family.words is not None

    @property
    def draws_from_pictures(self) -> bool:
        """Whether a clip may have a first picture."""
        return self._family.picture is not None

    def plan(self, clip: Clip) -> Plan:
        """See `models.clip.VideoModel.plan`."""
        return self._family.plan(clip)

    def draw(self, clip: Clip, on_step: OnStep) -> Iterator[Frame]:
        """Draw; see `models.clip.VideoModel.draw`.

        The decoders give the whole clip at once, in the precision of the network; frames leave it one by one.

        Raises:
            DrawingRefused: These weights cannot do what is asked.
            DrawingFailed: The network gave no numbers, which is said with the frame where it shows.
            torch.OutOfMemoryError: The memory does not suffice; see `Configuration.offload` and `vae_tiling`.
        """
        plan = self._family.plan(clip)
        pipeline, start = self._family.words, None
        if clip.init is not None:
            pipeline, start = self._family.picture, fitted_start(clip.init, plan.width, plan.height)
        return _frames(self._drawn(pipeline, clip, plan, start, on_step), clip)

    @torch.inference_mode()
    def _drawn(self, pipeline: Any, clip: Clip, plan: Plan, start: Image.Image | None, on_step: OnStep) -> Tensor:
        """(frames, 3, height, width), 0 to 1."""
        # On the CPU, whose numbers are the same with every card.
        generator = torch.Generator().manual_seed(clip.seed)
        try:
            arguments = self._family.arguments(clip, plan, start)
            with telling(pipeline, on_step):
                video: Tensor = pipeline(**arguments, generator=generator, output_type="pt").frames[0]
        finally:
            # What an exception stopped half way would otherwise stay in the GPU's memory under offload.
            self._family.loaded.maybe_free_model_hooks()
        return video


def _frames(video: Tensor, clip: Clip) -> Iterator[Frame]:
    for frame in video[: clip.frames]:
        if not torch.isfinite(frame).all():
            raise DrawingFailed("the network gave no numbers; draw with another seed, or in single precision")
        yield fitted_frame(frame, clip.width, clip.height)
