"""Which weights, on which device, and how."""

from dataclasses import dataclass
from typing import Literal

from models.diffusion.configuration import Offload


@dataclass(frozen=True)
class Configuration:
    """How a video model is loaded.

    Attributes:
        source: Folder in diffusers' layout, or hub id.
        device: None for CUDA where there is one, else the CPU.
        dtype: None for bfloat16 on CUDA, else single precision. Half precision overflows in most of these models.
        offload: What waits in main memory until it is needed; without effect on the CPU.
        vae_tiling: Decode in tiles where the family can: a clip at once needs more memory than the drawing itself.
        may_download: Whether a hub id may be fetched; else it has to be in the cache.
    """

    source: str
    device: str | None = None
    dtype: Literal["bfloat16", "float32"] | None = None
    offload: Offload = "none"
    vae_tiling: bool = True
    may_download: bool = False
