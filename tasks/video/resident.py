"""Video models in memory: loaded once in a process, and ready for its next run."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from models.clip import VideoModel
from models.video_diffusion.configuration import Configuration
from tasks.image.resident import folder_digest
from tasks.video.settings import VideoSettings


@dataclass(frozen=True, eq=False)
class ResidentVideoModel:
    """A model in memory.

    Attributes:
        version: Of the model or its weights.
        weights_sha256: Digest over its files; None for weights out of a hub's cache.
        transfer: What its pictures are: sRGB from 0 to 1, or scene-linear light.
    """

    model: VideoModel
    version: str
    weights_sha256: str | None
    transfer: Literal["srgb", "linear"]


def resident_video_model(name: str) -> ResidentVideoModel:
    """The model, loaded where it is not in memory yet.

    Raises:
        OSError: Its weights cannot be read.
    """
    settings = VideoSettings()
    return loaded(
        Configuration(
            settings.weights[name],
            device=settings.device,
            offload=settings.offload,
            may_download=settings.may_download,
        )
    )


@lru_cache(maxsize=1)
def loaded(configuration: Configuration) -> ResidentVideoModel:
    """The model that is configured so; another makes room, as each fills a GPU."""
    from models.video_diffusion.model import VideoDiffusion  # noqa: PLC0415 - diffusers takes seconds to import

    source = configuration.source
    folder = Path(source)
    return ResidentVideoModel(
        VideoDiffusion.load(configuration),
        folder.name if folder.exists() else source,
        folder_digest(folder) if folder.is_dir() else None,
        "srgb",
    )
