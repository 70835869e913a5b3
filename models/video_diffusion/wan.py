"""Wan 2.1 and 2.2 (https://github.com/Wan-Video/Wan2.2), TI2V-5B above all: one checkpoint for words and pictures."""

from typing import Any

from diffusers import WanPipeline
from PIL import Image

from models.clip import Clip, Plan
from models.video_diffusion.family import Family


class Wan(Family):
    """Wan."""

    title = "Wan"
    words_class = "WanPipeline"
    picture_class = "WanImageToVideoPipeline"
    usual_steps = 50
    usual_guidance = 5.0
    longest = 121
    single_precision_vae = True  # as its authors run it: bfloat16 bands skies

    @property
    def serves_both(self) -> bool:
        """TI2V-5B alone: it gives the first picture's patches a time step of their own."""
        return bool(self.loaded.config.expand_timesteps)

    @property
    def fps(self) -> float:
        """24 for TI2V-5B, 16 for all others."""
        return 24.0 if self.serves_both else 16.0

    @property
    def frame_step(self) -> int:
        """4."""
        return int(self.loaded.vae_scale_factor_temporal)

    @property
    def multiple(self) -> int:
        """32 for TI2V-5B, 16 for all others: patches of 2x2 latents."""
        transformer = self.loaded.transformer or self.loaded.transformer_2
        return int(self.loaded.vae_scale_factor_spatial * transformer.config.patch_size[1])

    def arguments(self, clip: Clip, plan: Plan, start: Image.Image | None) -> dict[str, Any]:
        """With words read by the pipeline for words: the one for pictures fails where ftfy is missing (0.42)."""
        found = super().arguments(clip, plan, start)
        if start is None:
            return found
        words, blank = self._reader.encode_prompt(
            found.pop("prompt"),
            found.pop("negative_prompt"),
            do_classifier_free_guidance=plan.guidance > 1,
            max_sequence_length=512,
        )
        return {**found, "prompt_embeds": words, "negative_prompt_embeds": blank}

    @property
    def _reader(self) -> Any:
        if self.words is not None:
            return self.words
        parts = ("tokenizer", "text_encoder", "vae", "scheduler", "transformer", "transformer_2")
        return WanPipeline(**{part: self.loaded.components[part] for part in parts})
