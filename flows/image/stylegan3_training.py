"""The training of a StyleGAN3 generator."""

from typing import Any, Literal

from prefect import flow
from pydantic import BaseModel, ConfigDict, Field

from blocks.asset_store import Asset
from blocks.source import SourceUri
from blocks.warehouse import Rows
from flows.form import in_declared_order
from tasks.image.resident import file_digest
from tasks.image.stylegan3_recipe import recipe_of
from tasks.image.stylegan3_training import (
    facts,
    publish_generator,
    register_generator,
    render_training_pictures,
    train_stylegan3_generator,
)
from tasks.image.stylegan3_weights import REGISTERED
from tasks.image.training_pictures import fetch_training_pictures
from tasks.provenance import Provenance, code_version, request_digest
from tasks.run import run_id

LEAST, MOST = 50, 200_000


class StyleGan3TrainingRequest(BaseModel):
    """Pictures to learn from, and how long."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=in_declared_order)

    pictures: tuple[SourceUri, ...] = Field(
        (),
        max_length=200,
        description="Zip archives of pictures, or pictures; the middle of each is used. Unset: rendered landscapes.",
        examples=[["asset://uploads/3f2a/faces.zip"]],
    )
    rendered: int = Field(4000, ge=LEAST, le=100_000, description="Without pictures: landscapes to render.")
    name: str = Field(
        "default",
        pattern=r"^[a-z0-9][a-z0-9-]{0,39}$",
        description="Folder of checkpoints: a run of the same name goes on where the last one was stopped.",
    )
    resolution: Literal[16, 32, 64, 128, 256, 512, 1024] = Field(
        64, description="Pixels a side. 64 is what a processor can learn in hours; 256 and more want a GPU."
    )
    equivariance: Literal["translation", "rotation"] = Field(
        "translation", description="What its pictures keep still under: the paper's T or R."
    )
    layers: int = Field(8, ge=4, le=20, description="Layers of the generator; the paper has 14.")
    width: int = Field(64, ge=4, le=1024, description="Channels of a layer at most; the paper has 512.")
    steps: int = Field(10_000, ge=1, le=5_000_000, description="Steps of training.")
    batch: int = Field(16, ge=2, le=256, description="Pictures a step.")
    penalty: float = Field(0.5, gt=0, le=1000, description="Weight of R1: more for larger pictures or fewer of them.")
    mirror: bool = Field(True, description="Whether mirrored pictures are as good: not where there is writing.")
    seed: int = Field(0, ge=0, lt=2**31, description="Seed of the weights and of the order of pictures.")
    promote: bool = Field(True, description="Whether the model `stylegan3` draws with it from now on.")


class StyleGan3Training(BaseModel):
    """The new generator."""

    model_config = ConfigDict(frozen=True)

    run_id: str = Field(description="The flow run.")
    request: StyleGan3TrainingRequest = Field(description="What was asked for.")
    registry_name: str = Field(description="Name in the model registry.")
    registry_version: int = Field(description="Version there.")
    promoted: bool = Field(description="Whether it draws from now on.")
    pictures: int = Field(description="How many it learned from.")
    metrics: dict[str, Any] = Field(description="Steps, and the last losses: near 0.7 and 1.4 neither side wins.")
    assets: list[Asset]
    rows: list[Rows] = Field([], description="Training publishes no rows.")
    provenance: Provenance
    warnings: list[str]


@flow(
    name="train-stylegan3",
    description="Train an alias-free generator on pictures; it then draws as the model stylegan3.",
    persist_result=True,
    result_serializer="json",
)
def train_stylegan3(request: StyleGan3TrainingRequest) -> StyleGan3Training:
    """Pictures -> generator -> registry -> samples. Stopped, it goes on with the same name.

    Raises `TrainingPicturesError` for files that can't be learnt from, `SourceError` for a uri that can't be read.
    """
    if request.pictures:
        pictures = fetch_training_pictures(request.pictures, request.resolution, LEAST, MOST)
    else:
        pictures = render_training_pictures(request.rendered, request.resolution, request.seed)
    configuration, recipe = recipe_of(request.model_dump())
    trained = train_stylegan3_generator(configuration, pictures, recipe, request.name)
    version = register_generator(trained, request_digest(request), promote=request.promote)
    return StyleGan3Training(
        run_id=run_id(),
        request=request,
        registry_name=REGISTERED,
        registry_version=version,
        promoted=request.promote,
        pictures=len(pictures),
        metrics=facts(trained),
        assets=publish_generator(trained),
        provenance=Provenance(
            code_version=code_version(),
            request_sha256=request_digest(request),
            seed=request.seed,
            model="stylegan3",
            model_version=trained.version,
            weights_sha256=file_digest(trained.file),
            data_source="the request's pictures" if request.pictures else "procedural landscapes",
            data_sha256=request_digest(request),
        ),
        warnings=[] if request.pictures else ["No pictures were given: it learned rendered landscapes."],
    )
