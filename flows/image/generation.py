"""Pictures from words."""

import secrets
from itertools import zip_longest
from typing import Any, Literal, NamedTuple

from prefect import flow
from pydantic import BaseModel, ConfigDict, Field

from blocks.asset_store import Asset
from blocks.warehouse import Rows
from flows.image.request import SEEDS, ImageRequest
from models.drawing import Adapter, Drawing
from tasks.image.adapters import Lora, fetch_adapters
from tasks.image.choice import Choice, choose_model
from tasks.image.draw import Pictures, draw_pictures
from tasks.image.finish import finish_pictures
from tasks.image.hosted import draw_hosted
from tasks.image.inscription import Inscription
from tasks.image.light import Light, publish_lights
from tasks.image.material import Material, publish_materials
from tasks.image.publish import publish_image_rows, publish_pictures, show_gallery, show_refusal
from tasks.image.refusal import Refusal
from tasks.image.safety import UNSCREENED, refused_words, screen_pictures
from tasks.image.start_picture import fetch_picture
from tasks.image.style import graded, in_style
from tasks.provenance import Provenance, code_version, request_digest
from tasks.run import run_id


class GeneratedImage(BaseModel):
    """One picture."""

    model_config = ConfigDict(frozen=True)

    number: int = Field(description="From 1.")
    seed: int | None = Field(description="Its own seed; null where the model takes none.")
    asset: Asset
    hdr: Light | None = Field(None, description="Its light, where `hdr` was asked for.")
    material: Material | None = Field(None, description="Its material, where `pbr` was asked for.")


class ImageGeneration(BaseModel):
    """Pictures, and how they came about."""

    model_config = ConfigDict(frozen=True, protected_namespaces=())

    run_id: str = Field(description="The flow run.")
    request: ImageRequest = Field(description="What was asked, with the seed that was used.")
    model: str = Field(description="The model that drew.", examples=["embedded"])
    served_model: str = Field(description="Its exact name and version.", examples=["embedded 1"])
    fallback: str | None = Field(description="Why another model than the one asked for drew; null where none did.")
    outcome: Literal["drawn", "blocked"] = Field(description="Whether there are pictures, or they must not be drawn.")
    refusal: Refusal | None = Field(None, description="Who refused and why, where the outcome is `blocked`.")
    native_resolution: str | None = Field(
        description="What the network itself drew, before any enlargement; null where nothing was drawn."
    )
    images: list[GeneratedImage]
    assets: list[Asset]
    rows: list[Rows]
    provenance: Provenance
    warnings: list[str]


class Made(NamedTuple):
    """What was published: one picture each; one light and one material each, or none."""

    pictures: list[Asset]
    lights: list[Light]
    materials: list[Material]
    rows: Rows


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
    if refusal := refused_words(request.prompt):
        return _refused(request, choice, refusal)
    start = fetch_picture(request.init_image, "init_image") if request.init_image else None
    mask = fetch_picture(request.mask_image, "mask_image") if request.mask_image else None
    taught = (Lora(id=choice.subject.name),) if choice.subject else ()
    adapters = fetch_adapters((*taught, *request.loras))
    drawing = in_style(_drawing(request, start, mask, adapters), request.style, choice.card)
    if choice.card.runs == "hosted":
        drawn = draw_hosted(choice.card.id, drawing, request.strict)
    else:
        drawn = draw_pictures(choice.card.id, drawing)
    if isinstance(drawn, Refusal):
        return _refused(request, choice, drawn)
    pictures = finish_pictures(drawn, graded(request.style, choice.card), seamless=request.seamless)
    screened = screen_pictures(pictures) if choice.card.screened or start is not None else UNSCREENED
    if screened.refusal is not None:
        return _refused(request, choice, screened.refusal)
    inscriptions = [_inscription(request, drawn, number) for number in range(1, len(drawn.seeds) + 1)]
    assets = publish_pictures(pictures, inscriptions, request.format)
    lights = publish_lights(pictures, inscriptions) if request.hdr else []
    materials = publish_materials(pictures, inscriptions, seamless=request.seamless) if request.pbr else []
    rows = publish_image_rows(assets, inscriptions, request.size)
    result = _result(request, choice, drawn, Made(assets, lights, materials, rows), screened.notes)
    show_gallery(assets, inscriptions, _facts(result))
    return result


def _with_seed(request: ImageRequest) -> ImageRequest:
    """Draw the seed where none is given, so that the result says it."""
    return request if request.seed is not None else request.model_copy(update={"seed": secrets.randbelow(SEEDS)})


def _drawing(request: ImageRequest, start: Any, mask: Any, adapters: tuple[Adapter, ...]) -> Drawing:
    width, height = request.size
    first = request.seed or 0
    return Drawing(
        prompt=request.prompt,
        negative_prompt=request.negative_prompt,
        width=width,
        height=height,
        seeds=tuple((first + number) % SEEDS for number in range(request.count)),
        steps=request.steps,
        guidance=request.guidance,
        init=start,
        mask=None if mask is None else mask.max(-1),
        strength=request.strength,
        adapters=adapters,
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
    request: ImageRequest,
    choice: Choice,
    pictures: Pictures,
    made: Made,
    notes: tuple[str, ...],
) -> ImageGeneration:
    width, height = pictures.drawn.native
    return ImageGeneration(
        run_id=run_id(),
        request=request,
        model=pictures.model,
        served_model=" ".join(dict.fromkeys((pictures.model, pictures.model_version))),
        fallback=choice.fallback,
        outcome="drawn",
        native_resolution=f"{width}x{height}",
        images=[
            GeneratedImage(number=number, seed=seed, asset=asset, hdr=light, material=material)
            for number, (seed, asset, light, material) in enumerate(
                zip_longest(pictures.seeds, made.pictures, made.lights, made.materials), 1
            )
        ],
        assets=[
            *made.pictures,
            *(asset for light in made.lights for asset in light.assets),
            *(asset for material in made.materials for asset in material.assets),
        ],
        rows=[made.rows],
        provenance=_provenance(request, pictures.model, pictures.model_version, pictures.weights_sha256),
        warnings=[
            *([choice.fallback] if choice.fallback else []),
            *_small(pictures),
            *_other_base(choice, pictures),
            *pictures.drawn.notes,
            *notes,
            *(light.warning for light in made.lights[:1] if light.warning),
            *(f"Material: {note}" for material in made.materials[:1] for note in material.notes),
        ],
    )


def _refused(request: ImageRequest, choice: Choice, refusal: Refusal) -> ImageGeneration:
    show_refusal(refusal)
    return ImageGeneration(
        run_id=run_id(),
        request=request,
        model=choice.card.id,
        served_model=refusal.by,
        fallback=choice.fallback,
        outcome="blocked",
        refusal=refusal,
        native_resolution=None,
        images=[],
        assets=[],
        rows=[],
        provenance=_provenance(request, choice.card.id, refusal.by, None),
        warnings=[f"Nothing was drawn: {refusal.reason}"],
    )


def _provenance(request: ImageRequest, model: str, version: str, weights: str | None) -> Provenance:
    return Provenance(
        code_version=code_version(),
        request_sha256=request_digest(request),
        seed=request.seed,
        model=model,
        model_version=version,
        weights_sha256=weights,
        data_source="the request",
        data_sha256=request_digest(request),
    )


def _small(pictures: Pictures) -> list[str]:
    if pictures.model != "embedded":
        return []
    width, height = pictures.drawn.native
    return [f"The embedded model is small: simple things and landscapes at {width} x {height} pixels, enlarged."]


def _other_base(choice: Choice, pictures: Pictures) -> list[str]:
    subject = choice.subject
    if subject is None or subject.base_version == pictures.model_version:
        return []
    return [f"{subject.name} was taught to {subject.base} {subject.base_version}, not to {pictures.model_version}."]


def _facts(result: ImageGeneration) -> dict[str, Any]:
    facts = {
        "Prompt": result.request.prompt,
        "Model": result.served_model,
        "Seeds": ", ".join(str(image.seed) for image in result.images),
        "Drawn at": result.native_resolution,
        "Resolution": result.request.resolution,
    }
    return facts | {f"Note {number}": told for number, told in enumerate(result.warnings, 1)}
