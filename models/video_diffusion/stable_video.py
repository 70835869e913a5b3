"""Stable Video Diffusion (https://huggingface.co/stabilityai/stable-video-diffusion-img2vid-xt): pictures, no words."""

from typing import Any

from PIL import Image

from models.clip import Clip, Plan
from models.video_diffusion.family import Family


class StableVideo(Family):
    """Stable Video Diffusion."""

    title = "Stable Video Diffusion"
    words_class = None
    picture_class = "StableVideoDiffusionPipeline"
    usual_steps = 25
    usual_guidance = 3.0
    longest = 25
    knows_words = False
    decodes_in_tiles = False  # frames are decoded a few at a time instead

    @property
    def fps(self) -> float:
        """The network is told it: motion is drawn for this rate."""
        return 7.0

    @property
    def frame_step(self) -> int:
        """Any count: its autoencoder leaves time as it is."""
        return 1

    @property
    def multiple(self) -> int:
        """64: latents are halved three times in the U-Net."""
        return 64

    @property
    def most_frames(self) -> int:
        """14, or 25 for XT."""
        return int(self.loaded.unet.config.num_frames)

    def arguments(self, clip: Clip, plan: Plan, start: Image.Image | None) -> dict[str, Any]:
        """Guidance rises over the frames, from none."""
        found = super().arguments(clip, plan, start)
        for name in ("prompt", "negative_prompt"):
            del found[name]
        guidance = found.pop("guidance_scale")
        return {
            **found,
            "min_guidance_scale": min(1.0, guidance),
            "max_guidance_scale": guidance,
            "fps": round(plan.fps),
            "decode_chunk_size": 4,
        }
