"""LTX-Video and LTX-2 (https://github.com/Lightricks/LTX-Video, https://github.com/Lightricks/LTX-2)."""

from typing import Any

from PIL import Image

from models.clip import Clip, Plan
from models.video_diffusion.family import Family


class LtxVideo(Family):
    """LTX-Video 0.9: fast, for cards of 10 GB and more."""

    title = "LTX-Video"
    words_class = "LTXPipeline"
    picture_class = "LTXImageToVideoPipeline"
    usual_steps = 50
    usual_guidance = 3.0
    longest = 257

    @property
    def fps(self) -> float:
        """The network is told it: motion is drawn for this rate."""
        return 25.0

    @property
    def frame_step(self) -> int:
        """8."""
        return int(self.loaded.vae_temporal_compression_ratio)

    @property
    def multiple(self) -> int:
        """32."""
        return int(self.loaded.vae_spatial_compression_ratio)

    @property
    def fewest_steps(self) -> int:
        """2 where the schedule is stretched to end at a set noise: one step has no length to stretch."""
        return 2 if self.loaded.scheduler.config.shift_terminal else 1

    def arguments(self, clip: Clip, plan: Plan, start: Image.Image | None) -> dict[str, Any]:
        """With the frame rate; a decoder that denoises too is told for how much noise (0.9.1 and later)."""
        found = {**super().arguments(clip, plan, start), "frame_rate": plan.fps}
        if self.loaded.vae.config.timestep_conditioning:
            found |= {"decode_timestep": 0.05, "decode_noise_scale": 0.025}
        return found


class Ltx2(LtxVideo):
    """LTX-2: picture and sound in one transformer; the sound is not kept."""

    title = "LTX-2"
    words_class = "LTX2Pipeline"
    picture_class = "LTX2ImageToVideoPipeline"
    usual_steps = 30
    longest = 481

    @property
    def fps(self) -> float:
        """The network is told it: motion is drawn for this rate."""
        return 24.0

    def size(self, clip: Clip) -> tuple[int, int]:
        """No side below 64: the decoder mirrors at the edges, which takes two latents."""
        width, height = super().size(clip)
        return max(width, 2 * self.multiple), max(height, 2 * self.multiple)

    def plan(self, clip: Clip) -> Plan:
        """As every family's, and a word on the sound."""
        plan = super().plan(clip)
        return Plan(**{**vars(plan), "notes": (*plan.notes, "LTX-2 draws sound as well, which is not kept.")})
