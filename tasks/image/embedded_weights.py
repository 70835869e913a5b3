"""Which weights the embedded model draws with: configured ones, the registry's champion, or those of the code."""

from contextlib import suppress
from pathlib import Path
from shutil import rmtree
from typing import Final
from uuid import uuid4

from models.embedded_image.card import WEIGHTS
from tasks.champion import champion, files_of
from tasks.image.settings import ImageSettings

REGISTERED: Final = "embedded-image-model"
WEIGHTS_FILE: Final = "embedded-image-model.safetensors"


def embedded_weights(settings: ImageSettings) -> Path:
    """Folder of the weights in use. Raises `BlockError` when the registry is away."""
    if settings.embedded_image_model is not None:
        return settings.embedded_image_model
    version = champion(REGISTERED)
    return WEIGHTS if version is None else _unpacked(files_of(version))


def _unpacked(folder: Path) -> Path:
    """The folder that the registered file holds, made once; whole or absent, also beside another process."""
    ready = folder / "unpacked"
    if not ready.is_dir():
        from models.embedded_image.bundle import unpack  # noqa: PLC0415 - torch takes seconds to import

        making = folder / f".{uuid4().hex}"
        unpack(folder / WEIGHTS_FILE, making)
        with suppress(OSError):  # another process was first
            making.rename(ready)
        rmtree(making, ignore_errors=True)
    return ready
