"""Pictures out of a StyleGAN3 generator, with its own means."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prefect import task
from prefect.artifacts import create_image_artifact
from prefect.cache_policies import NO_CACHE

from blocks.asset_store import Asset, AssetStore
from tasks.image.inscription import Inscription
from tasks.image.resident import resident_model
from tasks.one_thread import one_thread
from tasks.run import asset_path

if TYPE_CHECKING:
    from torch import Tensor

    from models.drawing import Pixels
    from models.stylegan3.generator import Generator

_SHOWN = 8


@dataclass(frozen=True)
class Sampling:
    """How to sample.

    Attributes:
        fine_seed: Seed of a style for the fine places, or None.
        fine_from: The first place that takes it, as a share of all.
        right: Shares of the picture's side, as `down`; `turn` in degrees.
        frames: Pictures from each seed's to the next one's; 0 for none.
    """

    seeds: tuple[int, ...]
    truncation: float
    fine_seed: int | None
    fine_from: float
    right: float
    down: float
    turn: float
    frames: int


@dataclass(frozen=True, eq=False)
class Sampled:
    """Pictures, one a seed, and the frames between them."""

    pictures: "list[Pixels]"
    frames: "list[Pixels]"
    model_version: str
    weights_sha256: str | None


@task(name="sample-generator", persist_result=False, cache_policy=NO_CACHE)
def sample_generator(sampling: Sampling) -> Sampled:
    """Draw. Raises `UnfitWeights` when the weights are no generator."""
    from models.stylegan3.sampling import between, draw, placed  # noqa: PLC0415 - torch takes seconds to import

    resident = resident_model("stylegan3")
    generator: Generator = resident.model.generator  # type: ignore[attr-defined]  # a StyleGan3, by its name
    place = placed(sampling.right, sampling.down, sampling.turn)
    with one_thread():
        styles = [_style(generator, seed, sampling) for seed in sampling.seeds]
        pictures = [draw(generator, style, place) for style in styles]
        way = between(styles, sampling.frames) if sampling.frames and len(styles) > 1 else ()
        frames = [draw(generator, style, place) for style in way]
    return Sampled(pictures, frames, resident.version, resident.weights_sha256)


def _style(generator: "Generator", seed: int, sampling: Sampling) -> "Tensor":
    from models.stylegan3.sampling import mixed, style_of  # noqa: PLC0415 - as above

    coarse = style_of(generator, seed, sampling.truncation)
    if sampling.fine_seed is None:
        return coarse.expand(generator.styled, -1)
    fine = style_of(generator, sampling.fine_seed, sampling.truncation)
    return mixed(generator, coarse, fine, round(sampling.fine_from * generator.styled))


@task(name="publish-samples", persist_result=False, cache_policy=NO_CACHE, retries=2, retry_delay_seconds=0.5)
def publish_samples(sampled: Sampled, inscriptions: Sequence[Inscription]) -> list[Asset]:
    """A PNG a seed, and the animation. Raises `AssetStoreError`."""
    from models.image_file import write_animation, write_picture  # noqa: PLC0415 - Pillow where pictures are written

    store = AssetStore.default()
    assets = [
        store.put(asset_path(f"image-{said.number}.png"), write_picture(picture, "png", said.text()), "image/png")
        for picture, said in zip(sampled.pictures, inscriptions, strict=True)
    ]
    for asset, said in list(zip(assets, inscriptions, strict=True))[:_SHOWN]:
        create_image_artifact(asset.url, key=f"image-{said.number}", description=f"Seed {said.seed}")
    if sampled.frames:
        way = store.put(asset_path("way.webp"), write_animation(sampled.frames), "image/webp")
        create_image_artifact(way.url, key="stylegan3-way", description="From one picture to the next.")
        assets.append(way)
    return assets
