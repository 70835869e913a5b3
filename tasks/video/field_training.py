"""Learning a radiance field from pictures with cameras, its registration, and what is shown of it."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast
from uuid import UUID

from prefect import task
from prefect.artifacts import create_image_artifact, create_progress_artifact, update_progress_artifact
from prefect.cache_policies import NO_CACHE

from blocks.asset_store import Asset, AssetStore
from blocks.model_registry import ModelRegistry, ModelVersion
from blocks.settings import get_settings
from tasks.one_thread import one_thread
from tasks.provenance import code_version
from tasks.run import asset_path
from tasks.video.settings import VideoSettings

if TYPE_CHECKING:
    from models.radiance_field.field import FieldCard, RadianceField
    from models.radiance_field.field.recipe import FieldRecipe
    from models.radiance_field.picture import Picture

_EVERY: Final = 1.0  # seconds between two reports
_SHOWN: Final = 6
_MESH_CELLS: Final = 128


@dataclass(frozen=True, eq=False)
class LearntField:
    """A field, and how it draws what it has not seen.

    Attributes:
        beside: Truth, drawn and four times their difference of some held-out views, as PNG.
    """

    field: "RadianceField"
    card: "FieldCard"
    version: ModelVersion
    beside: tuple[bytes, ...]


@task(
    name="learn-field",
    description="A radiance field that explains the pictures; goes on where it was stopped.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def learn_field(pictures: "Mapping[str, Sequence[Picture]]", recipe: "FieldRecipe", scene: str) -> LearntField:
    """Train, judge on the held-out pictures, and keep as a version of `scene` in the registry.

    Raises:
        ValueError: There is nothing to learn from.
        ModelRegistryError: The registry is away.
    """
    from models.image_file import write_picture  # noqa: PLC0415 - Pillow where pictures are written
    from models.radiance_field.field import save_field  # noqa: PLC0415 - torch takes seconds to import
    from models.radiance_field.training import card_of, evaluate, pictures_digest, train_field  # noqa: PLC0415 - as above

    learnt_from, held_out = pictures["train"], [*pictures.get("test", ()), *pictures.get("val", ())]
    digest = pictures_digest(learnt_from)
    folder = get_settings().home / "training" / f"field-{scene}-{digest[:12]}"
    device = VideoSettings().on
    with one_thread():
        field = train_field(learnt_from, recipe, folder / "checkpoint", _Watch(recipe.steps), device=device)
        qualities = evaluate(field, held_out[:_SHOWN]) if held_out else ()
    card = save_field(field, card_of(field, recipe, learnt_from, qualities), folder / "field")
    version = ModelRegistry.default().register(
        scene,
        {file.name: file for file in sorted((folder / "field").iterdir())},
        metrics=dict(card.metrics),
        data_digest=digest,
        code_version=code_version(),
        description=f"Radiance field ({card.shape.kind}) of {len(learnt_from)} pictures, {recipe.steps:,} steps",
    )
    return LearntField(field, card, version, tuple(write_picture(one.beside, "png", "") for one in qualities))


class _Watch:
    """A bar with the error on the run's page."""

    def __init__(self, steps: int) -> None:
        self._steps, self._told = steps, time.monotonic()
        self._bar = cast("UUID", create_progress_artifact(0.0, key="field-progress", description="Learning the scene"))

    def __call__(self, step: int, error: float) -> None:
        now = time.monotonic()
        if now - self._told >= _EVERY or step == self._steps:
            self._told = now
            said = f"Learning the scene: step {step:,} of {self._steps:,}, squared error {error:.5f}"
            update_progress_artifact(self._bar, progress=100 * step / self._steps, description=said)


@task(
    name="publish-field",
    description="Held-out views beside what the field draws, its surface as GLB and its points as PLY.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=0.5,
)
def publish_field(learnt: LearntField, pictures: "Mapping[str, Sequence[Picture]]") -> tuple[list[Asset], list[str]]:
    """The files, and what could not be made. Raises `AssetStoreError`."""
    from models.radiance_field.field import (  # noqa: PLC0415 - torch takes seconds to import
        NoSurface,
        point_cloud,
        surface,
        write_glb,
        write_ply,
    )

    store, notes = AssetStore.default(), []
    assets = [
        store.put(asset_path(f"view-{number}.png"), picture, "image/png")
        for number, picture in enumerate(learnt.beside, 1)
    ]
    for number, asset in enumerate(assets, 1):
        create_image_artifact(asset.url, key=f"view-{number}", description="True, drawn, and four times the difference")
    try:
        mesh = write_glb(surface(learnt.field, _MESH_CELLS))
        points = write_ply(*point_cloud(learnt.field, [picture.camera for picture in pictures["train"][:12]]))
    except NoSurface as error:
        notes.append(f"No mesh and no points: {error}")
    else:
        assets.append(store.put(asset_path("mesh.glb"), mesh, "model/gltf-binary"))
        assets.append(store.put(asset_path("points.ply"), points, "application/octet-stream"))
    return assets, notes


def field_facts(learnt: LearntField) -> dict[str, Any]:
    """Its measures, by name."""
    return dict(learnt.card.metrics)
