"""Radiance fields in memory: read once in a process."""

from functools import lru_cache
from typing import TYPE_CHECKING

from blocks.model_registry import ModelRegistry
from tasks.champion import files_of
from tasks.video.loading import LOADING
from tasks.video.settings import VideoSettings

if TYPE_CHECKING:
    from models.radiance_field.field import FieldCard, RadianceField


def resident_field(scene: str, version: int) -> "tuple[RadianceField, FieldCard]":
    """A version of a scene in the registry.

    Raises:
        ModelRegistryError: There is none, or the registry is away.
        BrokenField: Its files are no field.
    """
    with LOADING:
        return _loaded(scene, version)


@lru_cache(maxsize=2)
def _loaded(scene: str, version: int) -> "tuple[RadianceField, FieldCard]":
    from models.radiance_field.field import load_field  # noqa: PLC0415 - torch takes seconds to import

    return load_field(files_of(ModelRegistry.default().resolve(scene, version)), VideoSettings().on)
