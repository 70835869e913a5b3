"""From weights to pipelines, without ever unpickling."""

from dataclasses import dataclass
from typing import Any

import torch
from diffusers import AutoencoderKL, StableDiffusionXLImg2ImgPipeline, StableDiffusionXLPipeline

from models.diffusion.checkpoint import checked_source
from models.diffusion.configuration import Configuration


@dataclass(eq=False)
class Pipelines:
    """The pipelines in memory, and where they compute."""

    base: Any
    refiner: Any | None
    device: str
    dtype: torch.dtype


def load_pipelines(configuration: Configuration) -> Pipelines:
    """Load base and refiner; what they share is loaded once.

    Raises:
        UnsafeCheckpoint: A folder or file has weights that are no safetensors.
        OSError: Something is missing.
    """
    device = configuration.device or ("cuda" if torch.cuda.is_available() else "cpu")
    dtype = getattr(torch, configuration.dtype or ("float16" if device == "cuda" else "float32"))
    shared: dict[str, Any] = {}
    if configuration.vae:
        vae = checked_source(configuration.vae)
        shared["vae"] = AutoencoderKL.from_pretrained(vae, **_options(configuration, dtype))
    base = _load(StableDiffusionXLPipeline, configuration.base, configuration, dtype, shared)
    refiner = None
    if configuration.refiner:
        shared = {"vae": base.vae, "text_encoder_2": base.text_encoder_2, "tokenizer_2": base.tokenizer_2}
        refiner = _load(StableDiffusionXLImg2ImgPipeline, configuration.refiner, configuration, dtype, shared)
    for pipeline in filter(None, (base, refiner)):
        pipeline.set_progress_bar_config(disable=True)
        _place(pipeline, configuration, device)
    return Pipelines(base, refiner, device, dtype)


def _load(kind: Any, source: str, configuration: Configuration, dtype: torch.dtype, shared: dict[str, Any]) -> Any:
    options = {**_options(configuration, dtype), **shared, "add_watermarker": False}
    if source.endswith(".safetensors"):
        options.pop("use_safetensors")
        return kind.from_single_file(checked_source(source), config=configuration.layout, **options)
    return kind.from_pretrained(checked_source(source), **options)


def _options(configuration: Configuration, dtype: torch.dtype) -> dict[str, Any]:
    return {
        "torch_dtype": dtype,
        "use_safetensors": True,
        "local_files_only": not configuration.may_download,
    }


def _place(pipeline: Any, configuration: Configuration, device: str) -> None:
    if configuration.vae_tiling:
        pipeline.vae.enable_tiling()
    if device == "cpu" or configuration.offload == "none":
        pipeline.to(device)
    elif configuration.offload == "model":
        pipeline.enable_model_cpu_offload(device=device)
    else:
        pipeline.enable_sequential_cpu_offload(device=device)
    if configuration.compiled:
        pipeline.unet.compile_repeated_blocks(fullgraph=True)
