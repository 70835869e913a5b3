"""Training of the embedded image model, registration of its weights, and what is shown of it."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast
from uuid import UUID

from prefect import task
from prefect.artifacts import (
    create_image_artifact,
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)
from prefect.cache_policies import NO_CACHE

from blocks.asset_store import Asset, AssetStore
from blocks.model_registry import ModelRegistry
from blocks.settings import get_settings
from tasks.image.embedded_weights import REGISTERED, WEIGHTS_FILE
from tasks.one_thread import one_thread
from tasks.provenance import code_version
from tasks.run import asset_path, run_id

if TYPE_CHECKING:
    from models.embedded_image.training.whole import Recipe

_SHOWN: Final = (
    "a large red circle on a blue background",
    "three green stars on a white background",
    "a yellow square left of a purple ball on a gray background",
    "the sea at sunset",
    "a city skyline at night",
    "red bricks texture",
    "a shiny orange cone on a green floor",
    "mountains by day under a cloudy sky",
)


@dataclass(frozen=True)
class TrainedModel:
    """What came of a training.

    Attributes:
        folder: Its weights.
        metrics: Shares of prompts followed and distances to renders, as the card has them.
    """

    folder: Path
    version: str
    metrics: dict[str, Any]


@task(
    name="train-embedded-image-model",
    description="Autoencoder, denoiser, enlarger and judge, one after another; goes on where it was stopped.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def train_embedded(recipe: "Recipe", folder_name: str) -> TrainedModel:
    """Train in <DATA_DIR>/training/<folder_name>; the same name goes on with what is there."""
    from models.embedded_image.training.whole import train  # noqa: PLC0415 - torch and diffusers take seconds to import

    folder = get_settings().home / "training" / folder_name
    folder.mkdir(parents=True, exist_ok=True)
    with one_thread():
        weights, card = train(recipe, f"trained-{run_id()[:8]}", folder, _Progress())
    return TrainedModel(weights, card.version, card.metrics)


class _Progress:
    """One bar for the part that is being trained."""

    def __init__(self) -> None:
        self._bar = cast("UUID", create_progress_artifact(0.0, key="embedded-training-progress"))
        self._told = 0.0

    def __call__(self, part: str, share: float) -> None:
        now = time.monotonic()
        if now - self._told < 2 and share < 1:
            return
        self._told = now
        update_progress_artifact(self._bar, progress=100 * min(share, 1), description=part)


@task(name="register-embedded-image-model", persist_result=False, cache_policy=NO_CACHE)
def register_embedded(trained: TrainedModel, data_digest: str, *, promote: bool) -> int:
    """Keep the weights as a version of the registry, and make it the one that draws if asked to. Gives its number."""
    from models.embedded_image.bundle import pack  # noqa: PLC0415 - safetensors where it is used

    file = trained.folder.parent / WEIGHTS_FILE
    pack(trained.folder, file)
    registry = ModelRegistry.default()
    version = registry.register(
        REGISTERED,
        {WEIGHTS_FILE: file},
        metrics={f"followed_{aspect}": share for aspect, share in trained.metrics["free_wording"].items()},
        data_digest=data_digest,
        code_version=code_version(),
        description=f"Embedded image model {trained.version}",
    )
    if promote:
        registry.promote(REGISTERED, version.version)
    return version.version


@task(
    name="publish-embedded-training",
    description="Sample pictures and the card as assets, the measures as a table.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=0.5,
)
def publish_embedded(trained: TrainedModel) -> list[Asset]:
    """A sheet of eight pictures, and the card. Raises `AssetStoreError`."""
    store = AssetStore.default()
    sheet = store.put(asset_path("samples.png"), _sheet(trained.folder), "image/png")
    card = store.put(asset_path("card.json"), trained.folder / "card.json", "application/json")
    create_image_artifact(sheet.url, key="embedded-samples", description="Eight prompts, drawn by the new model.")
    create_table_artifact(
        _measures(trained.metrics), key="embedded-measures", description="Prompts that were followed."
    )
    page = "\n".join(["## What the samples show", "", *(f"{n}. {words}" for n, words in enumerate(_SHOWN, 1))])
    create_markdown_artifact(page, key="embedded-prompts", description="The prompts of the samples, row by row.")
    return [sheet, card]


def _sheet(folder: Path) -> bytes:
    import numpy as np  # noqa: PLC0415 - arrays where they are used

    from models.drawing import Drawing  # noqa: PLC0415
    from models.embedded_image.model import EmbeddedImageModel  # noqa: PLC0415
    from models.hdr.tone_map import tone_map  # noqa: PLC0415
    from models.image_file import write_picture  # noqa: PLC0415

    model = EmbeddedImageModel.load(folder)
    drawn = [
        tone_map(model.draw(Drawing(words, 256, 256, (number,)), lambda *_: None).pixels[0])
        for number, words in enumerate(_SHOWN)
    ]
    rows = [np.concatenate(drawn[start : start + 4], 1) for start in range(0, len(drawn), 4)]
    return write_picture(np.concatenate(rows), "png", "")


def _measures(metrics: dict[str, Any]) -> list[dict[str, Any]]:
    kinds = {"grammar": "grammar's wording", "free_wording": "free wording", "judge_on_renders": "judge on renders"}
    return [
        {"measured on": said, **{aspect: f"{share:.1%}" for aspect, share in metrics[kind].items()}}
        for kind, said in kinds.items()
    ]
