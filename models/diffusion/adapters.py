"""LoRAs laid over a pipeline for one drawing."""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from models.diffusion.checkpoint import checked_checkpoint
from models.drawing import Adapter, DrawingRefused


@contextmanager
def adapted(pipeline: Any, adapters: Sequence[Adapter]) -> Iterator[None]:
    """The pipeline with these adapters, each by its weight; afterwards as it was.

    Raises:
        UnsafeCheckpoint: An adapter is no safetensors file.
        DrawingRefused: An adapter does not fit this model.
    """
    used = [adapter for adapter in adapters if adapter.weight]
    names = [f"adapter-{number}" for number in range(len(used))]
    try:
        for name, adapter in zip(names, used, strict=True):
            _load(pipeline, checked_checkpoint(adapter.folder), name)
        if used:
            pipeline.set_adapters(names, [adapter.weight for adapter in used])
        yield
    finally:
        if used:
            pipeline.unload_lora_weights()


def _load(pipeline: Any, weights: Path, name: str) -> None:
    folder, file = (weights, None) if weights.is_dir() else (weights.parent, weights.name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # peft warns of a second adapter, which is meant
            pipeline.load_lora_weights(
                str(folder), weight_name=file, adapter_name=name, local_files_only=True, use_safetensors=True
            )
    except (ValueError, RuntimeError, LookupError) as error:
        raise DrawingRefused(f"the LoRA {weights.name} does not fit this model") from error
