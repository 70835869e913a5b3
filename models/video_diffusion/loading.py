"""From weights to a family of pipelines, without ever unpickling."""

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import diffusers
import torch
from huggingface_hub import hf_hub_download

from models.diffusion.checkpoint import checked_source
from models.video_diffusion.cogvideox import CogVideoX
from models.video_diffusion.configuration import Configuration
from models.video_diffusion.family import Family
from models.video_diffusion.hunyuan import Hunyuan
from models.video_diffusion.ltx import Ltx2, LtxVideo
from models.video_diffusion.stable_video import StableVideo
from models.video_diffusion.wan import Wan

FAMILIES: Final[tuple[type[Family], ...]] = (Wan, Ltx2, LtxVideo, Hunyuan, CogVideoX, StableVideo)


class UnknownPipeline(ValueError):
    """The weights are of no family that is known here; the message names it and those that are."""


class WordsUnreadable(ValueError):
    """The tokenizer is in a form that needs a package which is not here; the message says which."""


def load_family(configuration: Configuration) -> Family:
    """Load the networks; where they serve words and pictures, both pipelines share them.

    Raises:
        UnsafeCheckpoint: A folder has weights that are no safetensors.
        UnknownPipeline: The weights are of another family.
        WordsUnreadable: A package for their tokenizer is missing.
        OSError: Something is missing.
    """
    source = checked_source(configuration.source)
    name = _pipeline_class(source, may_download=configuration.may_download)
    kind = _kind(name)
    _check_tokenizers(Path(source))
    device = configuration.device or ("cuda" if torch.cuda.is_available() else "cpu")
    dtype = getattr(torch, configuration.dtype or ("bfloat16" if device == "cuda" else "float32"))
    pipeline = getattr(diffusers, name).from_pretrained(
        source,
        dtype={"default": dtype, "vae": torch.float32} if kind.single_precision_vae else dtype,
        use_safetensors=True,
        local_files_only=not configuration.may_download,
    )
    _place(kind, pipeline, configuration, device)
    if name == kind.picture_class:
        return kind(None, pipeline)
    family = kind(pipeline, None)
    if family.serves_both:
        family.picture = _for_pictures(kind, pipeline)
    return family


def _pipeline_class(source: str, *, may_download: bool) -> str:
    """Name of the pipeline class that the weights were saved by."""
    index = Path(source) / "model_index.json"
    if not Path(source).is_dir():
        index = Path(hf_hub_download(source, index.name, local_files_only=not may_download))
    return str(json.loads(index.read_bytes()).get("_class_name"))


def _kind(name: str) -> type[Family]:
    known = {each: kind for kind in FAMILIES for each in (kind.words_class, kind.picture_class) if each}
    if name not in known:
        raise UnknownPipeline(f"weights of {name[:80]!r} are not known here: use those of {', '.join(known)}")
    return known[name]


def _check_tokenizers(folder: Path) -> None:
    """Where sentencepiece is missing, transformers takes its files for another form and says so in riddles."""
    for file in folder.glob("tokenizer*/*.model"):
        if not file.with_name("tokenizer.json").exists() and find_spec("sentencepiece") is None:
            raise WordsUnreadable(
                f"{file.parent.name}/{file.name} needs the package sentencepiece: install it, or put the same "
                "tokenizer's tokenizer.json beside it"
            )


def _for_pictures(kind: type[Family], pipeline: Any) -> Any:
    """The same networks in the pipeline that draws on from a picture.

    Not by `from_pipe`, which turns all of them to one precision.
    """
    settings = {name: pipeline.config[name] for name in set(pipeline.config) - set(pipeline.components)}
    shared = {name: value for name, value in settings.items() if not name.startswith("_")}
    return getattr(diffusers, kind.picture_class)(**pipeline.components, **shared)


def _place(kind: type[Family], pipeline: Any, configuration: Configuration, device: str) -> None:
    if configuration.vae_tiling and kind.decodes_in_tiles:
        pipeline.vae.enable_tiling()
    if device == "cpu" or configuration.offload == "none":
        pipeline.to(device)
    elif configuration.offload == "model":
        pipeline.enable_model_cpu_offload(device=device)
    else:
        pipeline.enable_sequential_cpu_offload(device=device)
