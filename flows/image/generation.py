"""Pictures from words."""

import re
import secrets
from typing import Annotated, Any, Final, Literal, Self

from prefect import flow
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from blocks.asset_store import Asset
from blocks.source import SourceUri
from blocks.warehouse import Rows
from flows.form import in_declared_order
from models.drawing import Drawing
from tasks.image.choice import Choice, choose_model
from tasks.image.draw import Pictures, draw_pictures
from tasks.image.finish import finish_pictures
from tasks.image.inscription import Inscription
from tasks.image.model_card import model_cards
from tasks.image.publish import publish_image_rows, publish_pictures, show_gallery
from tasks.image.start_picture import fetch_picture
from tasks.provenance import Provenance, code_version, request_digest
from tasks.run import run_id

SMALLEST, LARGEST = 64, 4096
_MOST_PIXELS: Final = 4 * LARGEST * LARGEST
_SIZE: Final = re.compile(r"(\d{2,4})\s*[xX×]\s*(\d{2,4})")  # noqa: RUF001 - people write the sign
_SEEDS: Final = 2**32


class ImageRequest(BaseModel):
    """Pictures to draw."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=in_declared_order, protected_namespaces=())

    prompt: Annotated[str, Field(min_length=1, max_length=2000)] = Field(
        description="What to draw.", examples=["A futuristic city at night"]
    )
    negative_prompt: str = Field("", max_length=2000, description="What to keep out.", examples=["clouds"])
    style: str | None = Field(None, description="A style of GET /api/v1/styles.", examples=["realistic"])
    resolution: str = Field(
        "1024x1024",
        description=f"Width x height in pixels: {SMALLEST} to {LARGEST} a side, multiples of 8.",
        examples=["1024x1024"],
    )
    count: int = Field(1, ge=1, le=8, description="How many pictures; each has a seed of its own.")
    seed: int | None = Field(
        None,
        ge=0,
        lt=_SEEDS,
        description="Seed of the first picture, the next has the next. Unset: drawn at random, and in the result.",
        examples=[7],
    )
    steps: int | None = Field(None, ge=1, le=150, description="Denoising steps. Unset: what suits the model.")
    guidance: float | None = Field(
        None, ge=0, le=30, description="How closely to follow the prompt. Unset: what suits the model."
    )
    model: str | None = Field(
        None,
        description="A model of GET /api/v1/models. Unset: the best that is configured.",
        examples=["stable-diffusion"],
    )
    strict: bool = Field(False, description="Refuse rather than let another model stand in for the one asked for.")
    hdr: bool = Field(False, description="Also scene-linear light: OpenEXR, 10-bit PQ AVIF and UltraHDR JPEG.")
    pbr: bool = Field(False, description="Also a material: maps, glTF, MaterialX and a rendered preview.")
    seamless: bool = Field(False, description="Make the picture tile without seams.")
    init_image: SourceUri | None = Field(
        None, description="A picture to start from.", examples=["asset://uploads/3f2a/sketch.png"]
    )
    mask_image: SourceUri | None = Field(
        None, description="With init_image: white where it is drawn anew, black where it stays."
    )
    strength: float = Field(0.6, gt=0, le=1, description="How far to leave init_image: 1 keeps nothing of it.")
    format: Literal["png", "jpeg", "webp", "avif"] = Field("png", description="Format of the pictures.")

    @field_validator("prompt")
    @classmethod
    def _says_something(cls, prompt: str) -> str:
        if not prompt.strip():
            raise ValueError("say what to draw")
        return prompt

    @field_validator("resolution")
    @classmethod
    def _fitting_size(cls, resolution: str) -> str:
        found = _SIZE.fullmatch(resolution.strip())
        if not found:
            raise ValueError('give width x height in pixels, such as "1024x1024"')
        width, height = int(found[1]), int(found[2])
        for side in (width, height):
            if not SMALLEST <= side <= LARGEST or side % 8:
                near = min(max(round(side / 8) * 8, SMALLEST), LARGEST)
                raise ValueError(
                    f"a side has {SMALLEST} to {LARGEST} pixels, a multiple of 8: {near} in place of {side}"
                )
        return f"{width}x{height}"

    @field_validator("model")
    @classmethod
    def _known_model(cls, model: str | None) -> str | None:
        if model is not None and model not in model_cards():
            raise ValueError(f"unknown model; available: {', '.join(model_cards())}")
        return model

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        if self.mask_image is not None and self.init_image is None:
            raise ValueError("mask_image needs an init_image")
        width, height = self.size
        if self.count * width * height > _MOST_PIXELS:
            raise ValueError(
                f"{self.count} pictures of {self.resolution} are too many; at most {_MOST_PIXELS:,} pixels"
            )
        return self

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        width, height = self.resolution.split("x")
        return int(width), int(height)


class GeneratedImage(BaseModel):
    """One picture."""

    model_config = ConfigDict(frozen=True)

    number: int = Field(description="From 1.")
    seed: int | None = Field(description="Its own seed; null where the model takes none.")
    asset: Asset


class ImageGeneration(BaseModel):
    """Pictures, and how they came about."""

    model_config = ConfigDict(frozen=True, protected_namespaces=())

    run_id: str = Field(description="The flow run.")
    request: ImageRequest = Field(description="What was asked, with the seed that was used.")
    model: str = Field(description="The model that drew.", examples=["embedded"])
    served_model: str = Field(description="Its exact name and version.", examples=["embedded 1"])
    fallback: str | None = Field(description="Why another model than the one asked for drew; null where none did.")
    native_resolution: str = Field(description="What the network itself drew, before any enlargement.")
    images: list[GeneratedImage]
    assets: list[Asset]
    rows: list[Rows]
    provenance: Provenance
    warnings: list[str]


@flow(
    name="generate-image",
    description="Draw pictures from words, in any style, with their light and their material where asked.",
    persist_result=True,
    result_serializer="json",
)
def generate_image(request: ImageRequest) -> ImageGeneration:
    """Pictures of a prompt.

    Raises `ModelUnavailable` when the model cannot draw here and `strict` lets no other stand in, `StartPictureError`
    for a picture that can't be started from, `BlockError` when a uri can't be read or a store is away.
    """
    request = _with_seed(request)
    choice = choose_model(request.model, request.strict)
    start = fetch_picture(request.init_image, "init_image") if request.init_image else None
    mask = fetch_picture(request.mask_image, "mask_image") if request.mask_image else None
    drawn = draw_pictures(choice.card.id, _drawing(request, start, mask))
    pictures = finish_pictures(drawn)
    inscriptions = [_inscription(request, drawn, number) for number in range(1, request.count + 1)]
    assets = publish_pictures(pictures, inscriptions, request.format)
    rows = publish_image_rows(assets, inscriptions, request.size)
    result = _result(request, choice, drawn, assets, rows)
    show_gallery(assets, inscriptions, _facts(result))
    return result


def _with_seed(request: ImageRequest) -> ImageRequest:
    """Draw the seed where none is given, so that the result says it."""
    return request if request.seed is not None else request.model_copy(update={"seed": secrets.randbelow(_SEEDS)})


def _drawing(request: ImageRequest, start: Any, mask: Any) -> Drawing:
    width, height = request.size
    first = request.seed or 0
    return Drawing(
        prompt=request.prompt,
        negative_prompt=request.negative_prompt,
        width=width,
        height=height,
        seeds=tuple((first + number) % _SEEDS for number in range(request.count)),
        steps=request.steps,
        guidance=request.guidance,
        init=start,
        mask=None if mask is None else mask.max(-1),
        strength=request.strength,
    )


def _inscription(request: ImageRequest, pictures: Pictures, number: int) -> Inscription:
    return Inscription(
        code_version=code_version(),
        request=request.model_dump(mode="json", exclude_defaults=True) | {"seed": request.seed},
        number=number,
        seed=pictures.seeds[number - 1],
        model=pictures.model,
        model_version=pictures.model_version,
        weights_sha256=pictures.weights_sha256,
    )


def _result(
    request: ImageRequest, choice: Choice, pictures: Pictures, assets: list[Asset], rows: Rows
) -> ImageGeneration:
    width, height = pictures.drawn.native
    return ImageGeneration(
        run_id=run_id(),
        request=request,
        model=pictures.model,
        served_model=f"{pictures.model} {pictures.model_version}",
        fallback=choice.fallback,
        native_resolution=f"{width}x{height}",
        images=[
            GeneratedImage(number=number, seed=seed, asset=asset)
            for number, (seed, asset) in enumerate(zip(pictures.seeds, assets, strict=True), 1)
        ],
        assets=assets,
        rows=[rows],
        provenance=Provenance(
            code_version=code_version(),
            request_sha256=request_digest(request),
            seed=request.seed,
            model=pictures.model,
            model_version=pictures.model_version,
            weights_sha256=pictures.weights_sha256,
            data_source="none",
            data_sha256=request_digest(request),
        ),
        warnings=[*([choice.fallback] if choice.fallback else []), *_small(pictures), *pictures.drawn.notes],
    )


def _small(pictures: Pictures) -> list[str]:
    if pictures.model != "embedded":
        return []
    width, height = pictures.drawn.native
    return [f"The embedded model is small: simple things and landscapes at {width} x {height} pixels, enlarged."]


def _facts(result: ImageGeneration) -> dict[str, Any]:
    facts = {
        "Prompt": result.request.prompt,
        "Model": result.served_model,
        "Seeds": ", ".join(str(image.seed) for image in result.images),
        "Drawn at": result.native_resolution,
        "Resolution": result.request.resolution,
    }
    return facts | {f"Note {number}": told for number, told in enumerate(result.warnings, 1)}
