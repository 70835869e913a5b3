"""Video models in memory: loaded once in a process, and ready for its next run."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal

from models.clip import VideoModel
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
    return loaded(name, VideoSettings())


@lru_cache(maxsize=1)
def loaded(name: str, settings: VideoSettings) -> ResidentVideoModel:
    """The model of these settings; another makes room, as each fills a GPU."""
    return _LOADERS.get(name, _diffusion)(name, settings)


def _diffusion(name: str, settings: VideoSettings) -> ResidentVideoModel:
    from models.video_diffusion.configuration import Configuration  # noqa: PLC0415 - diffusers takes seconds to import
    from models.video_diffusion.model import VideoDiffusion  # noqa: PLC0415 - as above

    source = settings.weights[name]
    configuration = Configuration(
        source, device=settings.device, offload=settings.offload, may_download=settings.may_download
    )
    folder = Path(source)
    return ResidentVideoModel(
        VideoDiffusion.load(configuration),
        folder.name if folder.exists() else source,
        folder_digest(folder) if folder.is_dir() else None,
        "srgb",
    )


_LOADERS: Final[dict[str, Callable[[str, VideoSettings], ResidentVideoModel]]] = {}
