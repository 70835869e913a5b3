"""The material of pictures: maps, a GLB, MaterialX and a preview."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from prefect import task
from prefect.artifacts import create_image_artifact
from prefect.cache_policies import NO_CACHE
from pydantic import BaseModel, ConfigDict, Field

from blocks.asset_store import Asset, AssetStore
from tasks.image.finish import Finished
from tasks.image.inscription import Inscription
from tasks.run import asset_path

_MEDIA: Final = {".png": "image/png", ".glb": "model/gltf-binary", ".mtlx": "application/xml"}
_SHOWN: Final = 4


class Material(BaseModel):
    """One picture taken for a surface seen from the front."""

    model_config = ConfigDict(frozen=True)

    preview: Asset = Field(description="The material on a ball.")
    assets: list[Asset] = Field(
        description="basecolor, normal (OpenGL), roughness, metallic, height (16 bits), occlusion, packed ORM, GLB, "
        "MaterialX, preview."
    )
    notes: list[str] = Field(description="How the maps came about.")


@task(
    name="publish-materials",
    description="The maps of each picture as a surface, a glTF and a MaterialX document of them, and a preview.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=0.5,
)
def publish_materials(finished: Finished, inscriptions: Sequence[Inscription], *, seamless: bool) -> list[Material]:
    """The files of each picture's material in a folder of its own. Raises `AssetStoreError`."""
    from models.pbr import estimate, write_material  # noqa: PLC0415 - where materials are made

    materials = []
    for pixels, said in zip(finished.pixels, inscriptions, strict=True):
        maps = estimate(pixels, seamless)
        with TemporaryDirectory(prefix="material-") as folder:
            files = write_material(maps, Path(folder), f"image_{said.number}", said.text())
            stored = [_stored(file, said.number) for file in vars(files).values()]
        preview = next(asset for asset in stored if asset.name.endswith("_preview.png"))
        if said.number <= _SHOWN:
            told = f"Picture {said.number} as a material on a ball"
            create_image_artifact(preview.url, key=f"material-{said.number}", description=told)
        materials.append(Material(preview=preview, assets=stored, notes=list(maps.notes)))
    return materials


def _stored(file: Path, number: int) -> Asset:
    return AssetStore.default().put(asset_path(f"material-{number}/{file.name}"), file, _MEDIA[file.suffix])
