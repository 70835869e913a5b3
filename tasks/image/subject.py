"""Subjects that were taught to a model: LoRAs in the model registry, each with what it was taught on."""

import re
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from blocks.model_registry import ModelNotFound, ModelRegistry
from tasks.champion import files_of

NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,59}")
LORA_FILE, SUBJECT_FILE = "lora.safetensors", "subject.json"


class Subject(BaseModel):
    """What a subject's LoRA belongs to."""

    model_config = ConfigDict(frozen=True, protected_namespaces=())

    name: str = Field(description="Its name in the model registry, which a request's `model` says.")
    base: str = Field(description="The model that draws it.", examples=["stable-diffusion"])
    base_version: str = Field(description="That model's version when it was taught.")
    subject_prompt: str = Field(description="Words with which it was shown.")
    class_prompt: str = Field(description="Words for its kind.")
    licence: str = Field(description="Of the base model; it goes with the LoRA.")


def registered_subject(name: str) -> Subject | None:
    """The subject of a name; None where no such one was taught. Raises `ModelRegistryError`."""
    if not NAME.fullmatch(name):
        return None
    try:
        version = ModelRegistry.default().resolve(name)
    except ModelNotFound:
        return None
    if SUBJECT_FILE not in version.files:
        return None
    try:
        return Subject.model_validate_json((files_of(version) / SUBJECT_FILE).read_bytes())
    except ValidationError:
        return None
