"""Training of a StyleGAN3 generator, its registration, and what is shown of it."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast
from uuid import UUID

from prefect import task
from prefect.artifacts import create_image_artifact, create_progress_artifact, update_progress_artifact
from prefect.cache_policies import NO_CACHE

from blocks.asset_store import Asset, AssetStore
from blocks.model_registry import ModelRegistry
from blocks.settings import get_settings
from tasks.image.stylegan3_weights import REGISTERED, WEIGHTS_FILE
from tasks.provenance import code_version
from tasks.run import asset_path, run_id

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from models.stylegan3.configuration import GeneratorConfiguration
    from models.stylegan3.generator import Generator
    from models.stylegan3.training import TrainingRecipe

_EVERY: Final = 2.0  # seconds between two reports
_COLUMNS, _ROWS = 6, 4


@dataclass(frozen=True)
class TrainedGenerator:
    """What came of a training.

    Attributes:
        file: Its weights.
        losses: (step, generator's, discriminator's), thinned out.
    """

    file: Path
    version: str
    losses: tuple[tuple[int, float, float], ...]


@task(
    name="render-training-pictures",
    description="Landscapes of the project's own renderer, to learn from where no pictures are given.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def render_training_pictures(count: int, side: int, seed: int) -> "NDArray[np.uint8]":
    """(count, side, side, 3) sRGB; the same seed gives the same."""
    import numpy as np  # noqa: PLC0415 - arrays where pictures are

    from models.embedded_image.scenes import render, sample_scene  # noqa: PLC0415 - as above
    from models.hdr.tone_map import tone_map  # noqa: PLC0415 - as above

    generator = np.random.default_rng(seed)
    scenes = (sample_scene(generator, kind="landscape") for _ in range(count))
    return np.stack([tone_map(render(scene, side, side)) for scene in scenes])


@task(
    name="train-stylegan3-generator",
    description="Generator against discriminator; goes on where it was stopped.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def train_stylegan3_generator(
    configuration: "GeneratorConfiguration", pictures: "NDArray[np.uint8]", recipe: "TrainingRecipe", folder_name: str
) -> TrainedGenerator:
    """Train in <DATA_DIR>/training/stylegan3-<folder_name>; the same name goes on with what is there."""
    from models.stylegan3.training import train_generator  # noqa: PLC0415 - torch takes seconds to import
    from models.stylegan3.weights import save_generator  # noqa: PLC0415 - as above

    folder = get_settings().home / "training" / f"stylegan3-{folder_name}"
    folder.mkdir(parents=True, exist_ok=True)
    watch = _Watch(recipe.steps)
    generator = train_generator(configuration, pictures, recipe, folder, watch)
    version, file = f"trained-{run_id()[:8]}", folder / WEIGHTS_FILE
    save_generator(generator, file, {"version": version, "pictures": len(pictures), "steps": recipe.steps})
    return TrainedGenerator(file, version, tuple(watch.losses))


class _Watch:
    """A bar with the losses, and what the generator draws by now, on the run's page."""

    def __init__(self, steps: int) -> None:
        self._steps, self._told, self._shown = steps, time.monotonic(), time.monotonic()
        self._bar = cast("UUID", create_progress_artifact(0.0, key="stylegan3-progress"))
        self.losses: list[tuple[int, float, float]] = []

    def __call__(self, step: int, fooling: float, telling: float, generator: "Generator") -> None:
        if step % max(self._steps // 200, 1) == 0 or step == self._steps:
            self.losses.append((step, fooling, telling))
        now = time.monotonic()
        if now - self._told >= _EVERY or step == self._steps:
            self._told = now
            said = f"step {step:,}: generator {fooling:.2f}, discriminator {telling:.2f}"
            update_progress_artifact(self._bar, progress=100 * step / self._steps, description=said)
        if now - self._shown >= 60 * _EVERY:
            self._shown = now
            name = f"samples-{step}.png"
            sheet = AssetStore.default().put(asset_path(name), samples(generator), "image/png")
            create_image_artifact(sheet.url, key="stylegan3-samples", description=f"After {step:,} steps.")


@task(name="register-stylegan3-generator", persist_result=False, cache_policy=NO_CACHE)
def register_generator(trained: TrainedGenerator, data_digest: str, *, promote: bool) -> int:
    """Keep the weights as a version of the registry, and make it the one that draws if asked to. Gives its number."""
    registry = ModelRegistry.default()
    version = registry.register(
        REGISTERED,
        {WEIGHTS_FILE: trained.file},
        metrics={"generator_loss": trained.losses[-1][1], "discriminator_loss": trained.losses[-1][2]},
        data_digest=data_digest,
        code_version=code_version(),
        description=f"StyleGAN3 generator {trained.version}",
    )
    if promote:
        registry.promote(REGISTERED, version.version)
    return version.version


@task(
    name="publish-stylegan3-training",
    description="Samples, the way from one picture to the next, and the losses, on the run's page.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=0.5,
)
def publish_generator(trained: TrainedGenerator) -> list[Asset]:
    """A sheet of samples, an animation, the losses as CSV. Raises `AssetStoreError`."""
    from models.image_file import write_animation  # noqa: PLC0415 - Pillow where pictures are written
    from models.stylegan3.sampling import between, draw, style_of  # noqa: PLC0415 - torch takes seconds to import
    from models.stylegan3.weights import load_generator  # noqa: PLC0415 - as above

    generator, _ = load_generator(trained.file)
    styles = [style_of(generator, seed, 0.7) for seed in range(4)]
    way = write_animation(draw(generator, style) for style in between(styles, 12))
    table = "step,generator,discriminator\n" + "".join(f"{n},{a:.4f},{b:.4f}\n" for n, a, b in trained.losses)
    store = AssetStore.default()
    assets = [
        store.put(asset_path("samples.png"), samples(generator), "image/png"),
        store.put(asset_path("way.webp"), way, "image/webp"),
        store.put(asset_path("losses.csv"), table.encode(), "text/csv"),
    ]
    create_image_artifact(assets[0].url, key="stylegan3-samples", description="What it draws, seed by seed.")
    create_image_artifact(assets[1].url, key="stylegan3-way", description="From one picture to the next.")
    return assets


def samples(generator: "Generator") -> bytes:
    """A sheet of pictures as PNG."""
    import numpy as np  # noqa: PLC0415 - arrays where pictures are

    from models.image_file import write_picture  # noqa: PLC0415 - Pillow where pictures are written
    from models.stylegan3.sampling import draw, style_of  # noqa: PLC0415 - torch takes seconds to import

    drawn = [draw(generator, style_of(generator, seed, 0.8)) for seed in range(_COLUMNS * _ROWS)]
    rows = [np.concatenate(drawn[row * _COLUMNS : (row + 1) * _COLUMNS], 1) for row in range(_ROWS)]
    return write_picture(np.concatenate(rows), "png", "")


def facts(trained: TrainedGenerator) -> dict[str, Any]:
    """Its last losses, by name."""
    step, fooling, telling = trained.losses[-1]
    return {"steps": step, "generator_loss": fooling, "discriminator_loss": telling}
