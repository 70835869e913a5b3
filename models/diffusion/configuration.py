"""Which weights, on which device, and how."""

from dataclasses import dataclass
from typing import Literal

Scheduler = Literal["euler", "euler-a", "dpm++", "dpm++-karras", "unipc", "ddim", "lcm"]
FewStep = Literal["lcm", "lightning", "turbo"]
Offload = Literal["none", "model", "sequential"]


@dataclass(frozen=True)
class Configuration:
    """How Stable Diffusion XL is loaded.

    Attributes:
        base: Folder in diffusers' layout, single safetensors file, or hub id.
        layout: For a single file: folder with the configurations and tokenizers of diffusers' layout, or hub id. None
            for SDXL's own, which has to be in the hub's cache unless it may be fetched.
        refiner: The same as `base` for the refiner; None to go without.
        refiner_share: The last share of the steps that the refiner takes.
        vae: Folder or hub id of an autoencoder in place of the base's own, such as the one fixed for half precision.
        scheduler: None for the weights' own.
        few_step: A distilled adapter's or model's way of drawing in 1 to 8 steps; `few_step_adapter` names its LoRA.
        device: None for CUDA where there is one, else the CPU.
        dtype: None for half precision on CUDA, else single.
        may_download: Whether a hub id may be fetched; else it has to be in the cache.
    """

    base: str
    layout: str | None = None
    refiner: str | None = None
    refiner_share: float = 0.2
    vae: str | None = None
    scheduler: Scheduler | None = None
    few_step: FewStep | None = None
    few_step_adapter: str | None = None
    device: str | None = None
    dtype: Literal["float16", "bfloat16", "float32"] | None = None
    offload: Offload = "none"
    vae_tiling: bool = False
    compiled: bool = False
    may_download: bool = False
