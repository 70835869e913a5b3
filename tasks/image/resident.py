"""Image models in memory: loaded once in a process, and ready for its next run."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from models.diffusion.configuration import Configuration
from models.drawing import ImageModel
from models.embedded_image.card import read_card
from tasks.image.embedded_weights import embedded_weights
from tasks.image.settings import ImageSettings
from tasks.image.stylegan3_weights import stylegan3_weights


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


def resident_model(name: str) -> Resident:
    """The model, loaded where it is not in memory yet.

    Raises:
        OSError: Its weights cannot be read.
        BlockError: The registry, which may name other weights, is away.
    """
    settings = ImageSettings()
    return loaded(name, settings, _place(name, settings))


def fresh_model(name: str) -> Resident:
    """The model loaded anew, for who changes its weights: no other run has it. Raises as `resident_model`."""
    settings = ImageSettings()
    return loaded.__wrapped__(name, settings, _place(name, settings))


def _place(name: str, settings: ImageSettings) -> Path | None:
    find = _PLACES.get(name)
    return find(settings) if find else None


@lru_cache(maxsize=2)
def loaded(name: str, settings: ImageSettings, place: Path | None) -> Resident:
    """The model of these settings, its weights in this place; the least recently used one makes room."""
    return _LOADERS[name](settings, place or Path())


def _embedded(_: ImageSettings, folder: Path) -> Resident:
    from models.embedded_image.model import EmbeddedImageModel  # noqa: PLC0415 - torch takes seconds to import

    return Resident(EmbeddedImageModel.load(folder), read_card(folder).version, folder_digest(folder))


def _stylegan3(_: ImageSettings, file: Path) -> Resident:
    from models.stylegan3.model import StyleGan3  # noqa: PLC0415 - torch takes seconds to import
    from models.stylegan3.weights import load_generator  # noqa: PLC0415 - as above

    generator, said = load_generator(file)
    return Resident(StyleGan3(generator), str(said.get("version", file.stem)), file_digest(file))


def _stable_diffusion(settings: ImageSettings, _: Path) -> Resident:
    from models.diffusion.model import StableDiffusion  # noqa: PLC0415 - torch and diffusers take seconds to import

    source = settings.sdxl_model or ""
    configuration = Configuration(
        base=source,
        layout=settings.sdxl_layout,
        refiner=settings.sdxl_refiner,
        vae=settings.sdxl_vae,
        scheduler=settings.sdxl_scheduler,
        few_step=settings.sdxl_few_step,
        few_step_adapter=str(settings.sdxl_few_step_adapter) if settings.sdxl_few_step_adapter else None,
        dtype=settings.sdxl_dtype,
        offload=settings.sdxl_offload,
        vae_tiling=settings.sdxl_vae_tiling,
        compiled=settings.sdxl_compile,
        may_download=settings.may_download_models,
    )
    model = StableDiffusion.load(configuration)
    path = Path(source)
    return Resident(model, path.name if path.exists() else source, folder_digest(path) if path.is_dir() else None)


# Where the weights are that may change while the process lives.
_PLACES: Final[dict[str, Callable[[ImageSettings], Path | None]]] = {
    "embedded": embedded_weights,
    "stylegan3": stylegan3_weights,
}
_LOADERS: Final[dict[str, Callable[[ImageSettings, Path], Resident]]] = {
    "embedded": _embedded,
    "stylegan3": _stylegan3,
    "stable-diffusion": _stable_diffusion,
}


def folder_digest(folder: Path) -> str:
    """SHA-256 over the names and contents of a folder's files."""
    total = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        total.update(file.relative_to(folder).as_posix().encode())
        with file.open("rb") as stream:
            total.update(hashlib.file_digest(stream, "sha256").digest())
    return total.hexdigest()


def file_digest(file: Path) -> str:
    """SHA-256 of a file's contents."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
