"""The tiny models of both kinds."""

from tests.models.diffusion.conftest import tiny_sdxl
from tests.models.embedded_image.conftest import tiny_weights

__all__ = ["tiny_sdxl", "tiny_weights"]
