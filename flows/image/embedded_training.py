"""The training of the embedded image model."""

from typing import Any

from prefect import flow
from pydantic import BaseModel, ConfigDict, Field

from blocks.asset_store import Asset
from blocks.warehouse import Rows
from flows.form import in_declared_order
from tasks.image.embedded_recipe import recipe_of
from tasks.image.embedded_training import publish_embedded, register_embedded, train_embedded
from tasks.image.embedded_weights import REGISTERED
from tasks.image.resident import folder_digest
from tasks.provenance import Provenance, code_version, request_digest
from tasks.run import run_id


class EmbeddedImageTrainingRequest(BaseModel):
    """How long to train, on how many rendered scenes."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=in_declared_order)

    name: str = Field(
        "default",
        pattern=r"^[a-z0-9][a-z0-9-]{0,39}$",
        description="Folder of checkpoints: a run of the same name goes on where the last one was stopped.",
    )
    steps: int = Field(30_000, ge=2, le=1_000_000, description="Steps of the denoiser; 30,000 take two cores 3 hours.")
    batch: int = Field(48, ge=1, le=1024, description="Scenes a step.")
    scenes: int = Field(80_000, ge=500, le=2_000_000, description="Scenes to render and learn from.")
    autoencoder_steps: int = Field(3000, ge=1, le=200_000, description="Steps of the autoencoder's finish.")
    enlarger_steps: int = Field(2500, ge=1, le=200_000, description="Steps of the super-resolution network.")
    judge_scenes: int = Field(
        0,
        ge=0,
        le=1_000_000,
        description="Scenes that a new judge learns from, such as 40,000; 0: the judge that comes with the code.",
    )
    judge_passes: int = Field(8, ge=1, le=100, description="How often the judge sees each of them.")
    judged: int = Field(400, ge=2, le=10_000, description="Prompts of each wording that the model is judged by.")
    go_on: bool = Field(
        False,
        description="Whether to start from the weights in use, whose denoiser learns on, in place of from nothing.",
    )
    seed: int = Field(0, ge=0, lt=2**31, description="Seed of the scenes and the weights.")
    promote: bool = Field(False, description="Whether the new weights draw from now on, in place of those in use.")


class EmbeddedImageTraining(BaseModel):
    """The new weights, and how well they follow prompts."""

    model_config = ConfigDict(frozen=True)

    run_id: str = Field(description="The flow run.")
    request: EmbeddedImageTrainingRequest = Field(description="What was asked for.")
    registry_name: str = Field(description="Name in the model registry.")
    registry_version: int = Field(description="Version there.")
    promoted: bool = Field(description="Whether it draws from now on.")
    metrics: dict[str, Any] = Field(description="Shares of held-out prompts that were followed, by aspect; distances.")
    assets: list[Asset]
    rows: list[Rows] = Field([], description="Training publishes no rows.")
    provenance: Provenance
    warnings: list[str]


@flow(
    name="train-embedded-image-model",
    description="Train the small image model on rendered scenes, and measure by a judge how well it follows prompts.",
    persist_result=True,
    result_serializer="json",
)
def train_embedded_image_model(request: EmbeddedImageTrainingRequest) -> EmbeddedImageTraining:
    """Scenes -> networks -> judgement -> registry -> samples. Stopped, it goes on with the same name."""
    trained = train_embedded(recipe_of(request.model_dump()), request.name)
    version = register_embedded(trained, request_digest(request), promote=request.promote)
    assets = publish_embedded(trained)
    return EmbeddedImageTraining(
        run_id=run_id(),
        request=request,
        registry_name=REGISTERED,
        registry_version=version,
        promoted=request.promote,
        metrics=trained.metrics,
        assets=assets,
        provenance=Provenance(
            code_version=code_version(),
            request_sha256=request_digest(request),
            seed=request.seed,
            model="embedded",
            model_version=trained.version,
            weights_sha256=folder_digest(trained.folder),
            data_source="procedural scenes",
            data_sha256=request_digest(request),
        ),
        warnings=_warnings(trained.metrics),
    )


def _warnings(metrics: dict[str, Any]) -> list[str]:
    weak = [aspect for aspect, share in metrics["free_wording"].items() if share < 0.95]
    unsure = [aspect for aspect, share in metrics["judge_on_renders"].items() if share < 0.98]
    return [
        *([f"Below 95 % of prompts followed: {', '.join(weak)}."] if weak else []),
        *([f"The judge itself is right in less than 98 % of renders: {', '.join(unsure)}."] if unsure else []),
    ]
