"""The LoRAs of a request: versions in the model registry, fetched once."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from blocks.model_registry import ModelRegistry, ModelRegistryError
from blocks.settings import get_settings
from models.drawing import Adapter


class LoraUnavailable(ValueError):
    """There is no such LoRA; the message says what there is."""


class Lora(BaseModel):
    """A LoRA of the model registry, laid over the model."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(
        pattern=r"^[a-z][a-z0-9-]{0,59}(:[a-z0-9-]{1,40})?$",
        description="Its name in the model registry, and after a colon a version or alias; else the champion.",
        examples=["my-dog", "my-dog:2"],
    )
    weight: float = Field(1.0, ge=-2, le=2, description="How strongly it counts.")


def fetch_adapters(loras: tuple[Lora, ...]) -> tuple[Adapter, ...]:
    """Their files on this machine, kept for the next run. Raises `LoraUnavailable`, `BlockError`."""
    return tuple(Adapter(_file(lora), lora.weight) for lora in loras)


def _file(lora: Lora) -> Path:
    name, _, wanted = lora.id.partition(":")
    registry = ModelRegistry.default()
    try:
        version = registry.resolve(name, wanted or "champion")
    except ModelRegistryError as error:
        raise LoraUnavailable(f"loras: {error}") from error
    folder = get_settings().home / "models" / "loras" / version.weights_sha256[:16]
    files = registry.fetch(version, folder)
    found = next((path for own, path in files.items() if own.endswith(".safetensors")), None)
    if found is None:
        raise LoraUnavailable(f"loras: {lora.id} has no safetensors file; it is no LoRA")
    return found
