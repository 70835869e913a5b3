"""Image models in memory: loaded once in a process, and ready for its next run."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from models.drawing import ImageModel
from tasks.image.settings import ImageSettings


@dataclass(frozen=True, eq=False)
class Resident:
    """A model in memory.

    Attributes:
        version: Of the model or its weights, as its card or its provider says.
        weights_sha256: Digest over its files, in the order of their names; None for a hosted model.
    """

    model: ImageModel
    version: str
    weights_sha256: str | None


@lru_cache(maxsize=2)
def resident_model(name: str) -> Resident:
    """The model, loaded where it is not in memory yet; the least recently used one makes room.

    Raises:
        OSError: Its weights cannot be read.
    """
    return _LOADERS[name](ImageSettings())


def _embedded(settings: ImageSettings) -> Resident:
    from models.embedded_image.card import read_card  # noqa: PLC0415 - torch and diffusers take seconds to import
    from models.embedded_image.model import WEIGHTS, EmbeddedImageModel  # noqa: PLC0415

    folder = settings.embedded_image_model or WEIGHTS
    return Resident(EmbeddedImageModel.load(folder), read_card(folder).version, folder_digest(folder))


_LOADERS: Final[dict[str, Callable[[ImageSettings], Resident]]] = {"embedded": _embedded}


def folder_digest(folder: Path) -> str:
    """SHA-256 over the names and contents of a folder's files."""
    total = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        total.update(file.relative_to(folder).as_posix().encode())
        total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()
