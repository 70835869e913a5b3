"""Teaching a subject to an image model."""

from typing import Annotated, Literal, Self

from prefect import flow
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from blocks.asset_store import Asset
from blocks.source import SourceUri
from blocks.warehouse import Rows
from flows.form import in_declared_order
from tasks.image.choice import choose_model, default_model
from tasks.image.dreambooth import Teaching, draw_class_pictures, register_subject, teach_subject
from tasks.image.model_card import model_cards
from tasks.image.resident import file_digest
from tasks.image.subject import Subject
from tasks.image.subject_recipe import recipe_of
from tasks.image.training_pictures import fetch_training_pictures
from tasks.provenance import Provenance, code_version, request_digest
from tasks.run import run_id

LEAST, MOST = 3, 30
EMBEDDED_SIDE = 64
Words = Annotated[str, Field(min_length=3, max_length=300)]


class DreamBoothRequest(BaseModel):
    """A subject in a few pictures, and the words for it."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=in_declared_order, protected_namespaces=())

    pictures: tuple[SourceUri, ...] = Field(
        min_length=1,
        max_length=MOST,
        description=f"{LEAST} to {MOST} pictures of the subject, or a zip archive of them; the middle of each is used.",
        examples=[["asset://uploads/3f2a/my-dog.zip"]],
    )
    name: str = Field(
        pattern=r"^[a-z][a-z0-9-]{0,59}$",
        description="What a request's `model` will say to have it drawn.",
        examples=["my-dog"],
    )
    instance_prompt: Words = Field(
        description="Words for the subject, with one that means nothing yet.", examples=["a photo of sks dog"]
    )
    class_prompt: Words = Field(description="Words for its kind, without that one.", examples=["a photo of a dog"])
    model: Literal["stable-diffusion", "embedded"] | None = Field(
        None, description="The model that learns. Unset: the best that is configured."
    )
    resolution: int = Field(
        1024,
        ge=64,
        le=1024,
        multiple_of=64,
        description="Pixels a side that stable-diffusion learns at: 1024, or less to save memory, down to 512 without "
        "losing much. The embedded model learns at 64.",
    )
    steps: int = Field(400, ge=1, le=20_000, description="Steps of training.")
    batch: int = Field(2, ge=1, le=16, description="Pictures a step, of the subject and of its kind.")
    learning_rate: float | None = Field(
        None, gt=0, le=0.1, description="Unset: 0.0001 for stable-diffusion, 0.002 for the embedded model."
    )
    rank: int = Field(16, ge=1, le=256, description="Rank of the LoRAs: how much can be learned.")
    train_text_encoder: bool = Field(True, description="Whether the words learn too: closer likeness.")
    prior_weight: float = Field(1.0, ge=0, le=10, description="Weight of its kind's pictures; 0 goes without them.")
    class_pictures: int = Field(50, ge=1, le=500, description="How many of them the model draws for that.")
    sample_prompts: tuple[Words, ...] = Field(
        (), max_length=4, description="What to draw as it learns. Unset: the words for the subject, and for its kind."
    )
    epochs: int = Field(4, ge=1, le=50, description="How often to draw the samples.")
    checkpoint_every: int = Field(50, ge=1, le=5000, description="Steps between two checkpoints.")
    seed: int = Field(0, ge=0, lt=2**31, description="Seed of everything that is drawn at random.")

    @field_validator("name")
    @classmethod
    def _own_name(cls, name: str) -> str:
        if name in model_cards() or name == "embedded-image-model":
            raise ValueError(f"{name} is a model's own name; take another")
        return name

    @model_validator(mode="after")
    def _has_a_word_of_its_own(self) -> Self:
        if not set(self.instance_prompt.lower().split()) - set(self.class_prompt.lower().split()):
            raise ValueError(
                "instance_prompt needs a word for the subject that class_prompt does not have, such as sks"
            )
        return self


class DreamBooth(BaseModel):
    """The taught model."""

    model_config = ConfigDict(frozen=True, protected_namespaces=())

    run_id: str = Field(description="The flow run.")
    request: DreamBoothRequest = Field(description="What was asked for.")
    model: str = Field(description="What a request's `model` says to have the subject drawn.", examples=["my-dog"])
    registry_version: int = Field(description="Version in the model registry.")
    base: str = Field(description="The model that learned.")
    losses: list[tuple[int, float]] = Field(description="Step and loss, every ten steps.")
    assets: list[Asset] = Field(description="Grids of samples, as it learned.")
    rows: list[Rows] = Field([], description="Teaching publishes no rows.")
    provenance: Provenance
    warnings: list[str]


@flow(
    name="finetune-dreambooth",
    description="Teach a model a subject from a few pictures; it can be drawn by its name at once.",
    persist_result=True,
    result_serializer="json",
)
def finetune_dreambooth(request: DreamBoothRequest) -> DreamBooth:
    """Pictures -> pictures of its kind -> LoRAs -> registry -> samples. Stopped, it goes on with the same name.

    Raises `TrainingPicturesError` for files that can't be learnt from, `ModelUnavailable` where the model has no
    weights here, `SourceError` for a uri that can't be read.
    """
    base = choose_model(request.model or default_model(), strict=True).card
    side = EMBEDDED_SIDE if base.id == "embedded" else request.resolution
    subject = fetch_training_pictures(request.pictures, side, LEAST, MOST)
    count = request.class_pictures if request.prior_weight else 0
    kind = draw_class_pictures(base.id, request.class_prompt, count, side, request.seed)
    taught = teach_subject(_teaching(request, base.id, side), subject, kind, recipe_of(request.model_dump(), base.id))
    described = Subject(
        name=request.name,
        base=base.id,
        base_version=taught.base_version,
        subject_prompt=request.instance_prompt,
        class_prompt=request.class_prompt,
        licence=base.licence,
    )
    version = register_subject(taught, described, request_digest(request))
    return DreamBooth(
        run_id=run_id(),
        request=request,
        model=request.name,
        registry_version=version,
        base=base.id,
        losses=list(taught.losses),
        assets=list(taught.samples),
        provenance=Provenance(
            code_version=code_version(),
            request_sha256=request_digest(request),
            seed=request.seed,
            model=base.id,
            model_version=taught.base_version,
            weights_sha256=file_digest(taught.file),
            data_source="the request's pictures",
            data_sha256=request_digest(request),
        ),
        warnings=["The embedded model is small: it learns at 64 x 64 pixels."] if base.id == "embedded" else [],
    )


def _teaching(request: DreamBoothRequest, base: str, side: int) -> Teaching:
    return Teaching(
        base=base,
        folder_name=f"{request.name}-{request_digest(request)[:12]}",
        side=side,
        rank=request.rank,
        train_text=request.train_text_encoder,
        checkpoint_every=request.checkpoint_every,
        shown=request.sample_prompts or (request.instance_prompt, request.class_prompt),
        round=max(request.steps // request.epochs, 1),
        seed=request.seed,
    )
