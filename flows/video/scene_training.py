"""The learning of a scene as a radiance field."""

from typing import Any, Literal, Self

from prefect import flow
from pydantic import BaseModel, ConfigDict, Field, model_validator

from blocks.asset_store import Asset
from blocks.source import SourceUri
from blocks.warehouse import Rows
from flows.form import in_declared_order
from tasks.provenance import Provenance, code_version, request_digest
from tasks.run import run_id
from tasks.video.capture import fetch_capture, photograph_world
from tasks.video.field_training import field_facts, learn_field, publish_field
from tasks.video.scene import keep, recipe_of, registry_name


class SceneTrainingRequest(BaseModel):
    """Pictures of a scene, and how long to learn."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=in_declared_order)

    name: str = Field(
        pattern=r"^[a-z0-9][a-z0-9-]{0,39}$",
        description="What videos call the scene; learning another under the same name takes its place.",
        examples=["garden"],
    )
    capture: SourceUri | None = Field(
        None,
        description="A zip archive of pictures with poses: Blender's or nerfstudio's transforms, LLFF, COLMAP; with "
        "times for a moving scene.",
        examples=["asset://uploads/3f2a/garden.zip"],
    )
    prompt: str | None = Field(
        None,
        min_length=1,
        max_length=2000,
        description="In place of a capture: a world of our own in words, ray-traced.",
        examples=["a red ball orbiting a blue cube at sunset"],
    )
    kind: Literal["auto", "planes", "moving planes", "hash grid"] = Field(
        "auto", description="How the field is stored. auto: planes, moving planes for what moves, a hash grid on a GPU."
    )
    steps: int | None = Field(None, ge=1, le=1_000_000, description="Steps of learning. Unset: what suits the machine.")
    longest: int = Field(
        160, ge=16, le=4096, description="Pixels of a picture's longer side at most; larger ones are made smaller."
    )
    views: int = Field(60, ge=4, le=2000, description="Of a world: how many pictures to learn from.")
    seed: int = Field(0, ge=0, lt=2**31, description="Seed of the world and of the learning.")

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.capture is None) == (self.prompt is None):
            raise ValueError("give a capture, or a prompt for a world of our own")
        return self


class SceneTraining(BaseModel):
    """The scene, and how well it draws what it has not seen."""

    model_config = ConfigDict(frozen=True)

    run_id: str = Field(description="The flow run.")
    request: SceneTrainingRequest = Field(description="What was asked for.")
    scene: str = Field(description="What videos call it.")
    registry_name: str = Field(description="Name in the model registry.")
    registry_version: int = Field(description="Version there.")
    pictures: int = Field(description="How many it learnt from.")
    metrics: dict[str, Any] = Field(description="Mean PSNR in decibels and SSIM of the views that were held out.")
    assets: list[Asset]
    rows: list[Rows] = Field([], description="Training publishes no rows.")
    provenance: Provenance
    warnings: list[str]


@flow(
    name="train-scene",
    description="Learn a scene from pictures with poses as a radiance field; generate-video then flies through it.",
    persist_result=True,
    result_serializer="json",
)
def train_scene(request: SceneTrainingRequest) -> SceneTraining:
    """Pictures -> field -> registry -> held-out views, mesh, points. Stopped, it goes on with the same pictures.

    Raises `CaptureError` for a file that is no capture, `SourceError` for a uri that can't be read, `BlockError`.
    """
    if request.capture is not None:
        pictures = fetch_capture(request.capture, request.longest)
    else:
        pictures = photograph_world(request.prompt or "", request.seed, request.views, request.longest)
    moving = len({picture.camera.time for picture in pictures["train"]}) > 1
    recipe = recipe_of(request.kind, request.steps, moving=moving, seed=request.seed)
    learnt = learn_field(pictures, recipe, registry_name(request.name))
    assets, notes = publish_field(learnt, pictures)
    keep(learnt, request.name)
    return SceneTraining(
        run_id=run_id(),
        request=request,
        scene=request.name,
        registry_name=learnt.version.name,
        registry_version=learnt.version.version,
        pictures=len(pictures["train"]),
        metrics=field_facts(learnt),
        assets=assets,
        provenance=Provenance(
            code_version=code_version(),
            request_sha256=request_digest(request),
            seed=request.seed,
            model=f"radiance field ({learnt.card.shape.kind})",
            model_version=str(learnt.version.version),
            weights_sha256=learnt.card.weights_digest,
            data_source="the request's capture" if request.capture else "a world of our own, ray-traced",
            data_sha256=learnt.card.data_digest,
        ),
        warnings=notes,
    )
