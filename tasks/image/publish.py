"""What a drawing leaves behind: picture files, rows, and a gallery on the run's page."""

from collections.abc import Sequence
from typing import Any, Final

from prefect import task
from prefect.artifacts import create_image_artifact, create_markdown_artifact
from prefect.cache_policies import NO_CACHE

from blocks.asset_store import Asset, AssetStore
from blocks.warehouse import Rows, Warehouse
from tasks.image.finish import Finished
from tasks.image.inscription import Inscription
from tasks.image.refusal import Refusal
from tasks.markdown import literal
from tasks.run import asset_path, run_id

SHOWN: Final = 8


@task(
    name="publish-pictures",
    description="The pictures as assets of the run, each with its request, seed and model inside.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=0.5,
)
def publish_pictures(finished: Finished, inscriptions: Sequence[Inscription], form: str) -> list[Asset]:
    """One file a picture: image-1.png and so on. Raises `AssetStoreError`."""
    from models.image_file import FORMATS, write_picture  # noqa: PLC0415 - Pillow where pictures are written

    store = AssetStore.default()
    _, media_type, ending = FORMATS[form]
    return [
        store.put(asset_path(f"image-{said.number}.{ending}"), write_picture(pixels, form, said.text()), media_type)
        for pixels, said in zip(finished.pixels, inscriptions, strict=True)
    ]


@task(
    name="publish-image-rows",
    description="The pictures as rows of generated_images.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=0.5,
)
def publish_image_rows(assets: Sequence[Asset], inscriptions: Sequence[Inscription], size: tuple[int, int]) -> Rows:
    """One row a picture; its time is when the first was stored, if a run is repeated too. Raises `WarehouseError`."""
    from blocks.warehouse.tables import generated_images  # noqa: PLC0415 - SQLAlchemy where it is used

    run, created = run_id(), AssetStore.default().stat(asset_path(assets[0].name)).created
    rows = [
        {
            "run_id": run,
            "number": said.number,
            "created_at": created,
            "prompt": said.request["prompt"],
            "style": said.request.get("style"),
            "model": said.model,
            "model_version": said.model_version,
            "seed": said.seed,
            "width": size[0],
            "height": size[1],
            "uri": asset.uri,
            "sha256": asset.sha256,
            "bytes": asset.bytes,
        }
        for asset, said in zip(assets, inscriptions, strict=True)
    ]
    return Warehouse.default().publish(generated_images, rows, run_id=run)


def show_gallery(assets: Sequence[Asset], inscriptions: Sequence[Inscription], facts: dict[str, Any]) -> None:
    """The pictures and what made them, on the run's page in the Prefect UI."""
    for asset, said in list(zip(assets, inscriptions, strict=True))[:SHOWN]:
        told = f"Picture {said.number} of {len(assets)}, {said.model}, seed {said.seed}"
        create_image_artifact(asset.url, key=f"image-{said.number}", description=told)
    lines = [f"**{literal(str(said))}**: {literal(str(what))}  " for said, what in facts.items()]
    files = [f"- [{literal(asset.name)}]({asset.url}), {asset.bytes:,} bytes" for asset in assets]
    page = "\n".join(["## Pictures", "", *lines, "", *files])
    create_markdown_artifact(page, key="image-summary", description="What was drawn, and how")


def show_refusal(refusal: Refusal) -> None:
    """What was refused and why, on the run's page."""
    kinds = f" ({', '.join(map(literal, refusal.categories))})" if refusal.categories else ""
    page = f"## Blocked\n\n{literal(refusal.reason)}\n\nRefused by {literal(refusal.by)}{kinds}. Nothing was drawn."
    create_markdown_artifact(page, key="image-refusal", description="Why there is no picture")
