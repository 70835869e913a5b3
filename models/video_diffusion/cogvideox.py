"""CogVideoX and CogVideoX 1.5 (https://github.com/zai-org/CogVideo): separate weights for words and pictures."""

from models.clip import Clip
from models.video_diffusion.family import Family


class CogVideoX(Family):
    """CogVideoX."""

    title = "CogVideoX"
    words_class = "CogVideoXPipeline"
    picture_class = "CogVideoXImageToVideoPipeline"
    usual_steps = 50
    usual_guidance = 6.0
    longest = 81

    @property
    def serves_both(self) -> bool:
        """Never."""
        return False

    @property
    def _is_1_5(self) -> bool:
        return self.loaded.transformer.config.patch_size_t is not None

    @property
    def fps(self) -> float:
        """16 for 1.5, 8 before."""
        return 16.0 if self._is_1_5 else 8.0

    @property
    def frame_step(self) -> int:
        """4. Where 1.5 needs an even count of latents, diffusers adds and drops one itself."""
        return int(self.loaded.vae_scale_factor_temporal)

    @property
    def multiple(self) -> int:
        """16: patches of 2x2 latents."""
        return int(self.loaded.vae_scale_factor_spatial * self.loaded.transformer.config.patch_size)

    @property
    def most_frames(self) -> int:
        """As many as its positions were trained for, before 1.5: 49."""
        return self.longest if self._is_1_5 else int(self.loaded.transformer.config.sample_frames)

    def size(self, clip: Clip) -> tuple[int, int]:
        """One size alone where positions were learned by heart (5b-I2V); any other elsewhere."""
        settings = self.loaded.transformer.config
        if not settings.use_learned_positional_embeddings:
            return super().size(clip)
        scale = self.loaded.vae_scale_factor_spatial
        return int(settings.sample_width * scale), int(settings.sample_height * scale)
