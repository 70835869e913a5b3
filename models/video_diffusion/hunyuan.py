"""HunyuanVideo 1.5 (https://github.com/Tencent-Hunyuan/HunyuanVideo-1.5): separate weights for words and pictures."""

from typing import Any

from PIL import Image

from models.clip import Clip, Plan
from models.video_diffusion.family import Family


class Hunyuan(Family):
    """HunyuanVideo 1.5."""

    title = "HunyuanVideo 1.5"
    words_class = "HunyuanVideo15Pipeline"
    picture_class = "HunyuanVideo15ImageToVideoPipeline"
    usual_steps = 50
    usual_guidance = 6.0
    longest = 121

    @property
    def serves_both(self) -> bool:
        """Never."""
        return False

    @property
    def fps(self) -> float:
        """24."""
        return 24.0

    @property
    def frame_step(self) -> int:
        """4."""
        return int(self.loaded.vae_scale_factor_temporal)

    @property
    def multiple(self) -> int:
        """16."""
        return int(self.loaded.vae_scale_factor_spatial * self.loaded.transformer.config.patch_size)

    def size(self, clip: Clip) -> tuple[int, int]:
        """From a picture only the shapes of its training are drawn: the nearest; from words any size."""
        if clip.init is None:
            return super().size(clip)
        height, width = self.loaded.video_processor.calculate_default_height_width(
            clip.height, clip.width, self.loaded.target_size
        )
        return int(width), int(height)

    def arguments(self, clip: Clip, plan: Plan, start: Image.Image | None) -> dict[str, Any]:
        """Guidance is a part of the pipeline here, and the size of a picture the picture's own."""
        found = super().arguments(clip, plan, start)
        pipeline = self.loaded
        pipeline.guider = pipeline.guider.new(guidance_scale=found.pop("guidance_scale"))
        if start is not None:
            del found["width"], found["height"]
        return found
