"""Which generator draws as `stylegan3`: a configured one, or the registry's champion."""

from pathlib import Path
from typing import Final

from tasks.champion import champion, files_of
from tasks.image.settings import ImageSettings

REGISTERED: Final = "stylegan3"
WEIGHTS_FILE: Final = "generator.safetensors"


def stylegan3_weights(settings: ImageSettings) -> Path | None:
    """File of the weights in use; None where there are none. Raises `BlockError` when the registry is away."""
    if settings.stylegan3_model is not None:
        return settings.stylegan3_model
    version = champion(REGISTERED)
    return None if version is None else files_of(version) / WEIGHTS_FILE
