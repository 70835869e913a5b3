"""Pictures out of a StyleGAN3 generator."""

from typing import Annotated, Self

from prefect import flow
from pydantic import BaseModel, ConfigDict, Field, model_validator

from blocks.asset_store import Asset
from blocks.warehouse import Rows
from flows.form import in_declared_order
from flows.image.request import SEEDS
from tasks.image.choice import choose_model
from tasks.image.inscription import Inscription
from tasks.image.stylegan3_sampling import Sampling, publish_samples, sample_generator
from tasks.provenance import Provenance, code_version, request_digest
from tasks.run import run_id

Seed = Annotated[int, Field(ge=0, lt=SEEDS)]


class StyleGan3SamplingRequest(BaseModel):
    """Which pictures, and the way between them."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=in_declared_order)

    seeds: tuple[Seed, ...] = Field(
        (0, 1, 2, 3), min_length=1, max_length=64, description="One picture each.", examples=[[7, 8, 9]]
    )
    truncation: float = Field(
        0.7, ge=-2, le=2, description="1: all the variety; towards 0: the typical; below 0: the opposite."
    )
    fine_seed: Seed | None = Field(
        None, description="Mix: colours and details from this seed, forms from each seed's own."
    )
    fine_from: float = Field(
        0.5, ge=0, le=1, description="Where the mix begins: 0 at the first layer, 1 behind the last."
    )
    right: float = Field(0.0, ge=-1, le=1, description="Move the picture, in shares of its side.")
    down: float = Field(0.0, ge=-1, le=1, description="Move it downwards.")
    turn: float = Field(0.0, ge=-360, le=360, description="Turn it, in degrees against the clock.")
    frames: int = Field(0, ge=0, le=120, description="Frames from each picture to the next, as an animation; 0: none.")

    @model_validator(mode="after")
    def _not_too_many(self) -> Self:
        if len(self.seeds) * self.frames > 1500:
            raise ValueError("seeds times frames is at most 1500")
        return self


class StyleGan3Samples(BaseModel):
    """What was drawn."""

    model_config = ConfigDict(frozen=True)

    run_id: str = Field(description="The flow run.")
    request: StyleGan3SamplingRequest = Field(description="What was asked for.")
    assets: list[Asset] = Field(description="A PNG a seed, then the animation where one was asked for.")
    rows: list[Rows] = Field([], description="Sampling publishes no rows.")
    provenance: Provenance
    warnings: list[str]


@flow(
    name="sample-stylegan3",
    description="Pictures of a generator by seed: nearer to the mean, mixed, moved, and on the way to one another.",
    persist_result=True,
    result_serializer="json",
)
def sample_stylegan3(request: StyleGan3SamplingRequest) -> StyleGan3Samples:
    """Pictures of the generator in use. Raises `ModelUnavailable` where there is none."""
    choose_model("stylegan3", strict=True)
    asked = request.model_dump()
    sampled = sample_generator(Sampling(**asked))
    inscriptions = [
        Inscription(
            code_version=code_version(),
            request=request.model_dump(mode="json"),
            number=number,
            seed=seed,
            model="stylegan3",
            model_version=sampled.model_version,
            weights_sha256=sampled.weights_sha256,
        )
        for number, seed in enumerate(request.seeds, 1)
    ]
    return StyleGan3Samples(
        run_id=run_id(),
        request=request,
        assets=publish_samples(sampled, inscriptions),
        provenance=Provenance(
            code_version=code_version(),
            request_sha256=request_digest(request),
            seed=request.seeds[0],
            model="stylegan3",
            model_version=sampled.model_version,
            weights_sha256=sampled.weights_sha256,
            data_source="the generator",
            data_sha256=request_digest(request),
        ),
        warnings=["An animation needs two seeds or more."] if request.frames and len(request.seeds) < 2 else [],
    )
