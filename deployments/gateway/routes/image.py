"""Images: pictures from words, and the words from pictures."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from deployments.gateway.deps import TriggeringDep
from deployments.gateway.problems import Problem, documented
from deployments.gateway.run import Accepted, Finished
from deployments.gateway.strict_json import StrictJsonRoute
from deployments.gateway.trigger import Delivery
from deployments.gateway.triggering import TRIGGER_RESPONSES
from flows.image.generation import ImageGeneration
from flows.image.request import ImageRequest
from models.styles import UnknownStyle, styles
from tasks.image.choice import ModelUnavailable, choose_model, default_model
from tasks.image.inscription import Inscription, NotInscribed, read_inscription
from tasks.image.model_card import ModelCard, model_cards
from tasks.image.style_preview import style_preview

RECALL: Final = "/api/v1/generate/image/recall"
MAX_PICTURE_BYTES: Final = 64 * 2**20

router = APIRouter(prefix="/api/v1", tags=["Images"], route_class=StrictJsonRoute)


class GenerateImageBody(ImageRequest, Delivery):
    """Pictures to draw."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        protected_namespaces=(),
        json_schema_extra={
            "examples": [
                {
                    "prompt": "A futuristic city",
                    "style": "realistic",
                    "resolution": "1024x1024",
                    "hdr": True,
                    "pbr": True,
                    "model": "stable-diffusion",
                }
            ]
        },
    )


class Generated(Finished):
    """Pictures."""

    result: ImageGeneration | None


RESPONSES: dict[int | str, dict[str, Any]] = {
    **TRIGGER_RESPONSES,
    200: {**TRIGGER_RESPONSES[200], "model": Generated},
}


@router.post("/generate/image", summary="Draw pictures", status_code=202, response_model=None, responses=RESPONSES)
async def generate_image(body: GenerateImageBody, triggering: TriggeringDep) -> Accepted | Finished:
    """Pictures of a prompt, each with its request, seed and model inside the file.

    Follow the run for its progress and an early preview; `Prefer: wait=N` answers with the result if it is there
    in time.
    """
    request = body.model_dump(mode="json", include=set(ImageRequest.model_fields), exclude_unset=True)
    return await triggering.start("generate-image/interactive", request, body)


class Recalled(BaseModel):
    """What a picture was made from."""

    model_config = ConfigDict(frozen=True)

    request: ImageRequest = Field(description="The request that made it, with its seed: the same request, the same.")
    alone: ImageRequest = Field(description="A request for this picture alone: its own seed, a count of 1.")
    made: Inscription = Field(description="All that the file says.")


@router.post(
    "/generate/image/recall",
    summary="The request inside a picture",
    responses=documented(413, 422),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in ("image/*", "image/png")},
        }
    },
)
async def recall(request: Request) -> Recalled:
    """What made a picture: send the file that `POST /api/v1/generate/image` gave (PNG, JPEG, WebP, AVIF or OpenEXR).

    `curl --data-binary @image-1.png -H 'Content-Type: image/png'`. Nothing is decoded or kept.
    """
    try:
        made = await run_in_threadpool(read_inscription, await request.body())
        asked = ImageRequest.model_validate(made.request)
    except NotInscribed as error:
        raise Problem(422, str(error), kind="no-request-inside") from None
    except ValueError:
        raise Problem(
            422, "The picture carries a request that this version does not know.", kind="no-request-inside"
        ) from None
    alone = asked if made.seed is None else asked.model_copy(update={"seed": made.seed, "count": 1})
    return Recalled(request=asked, alone=alone, made=made)


class ListedModel(ModelCard):
    """A model, and whether it can draw here."""

    available: bool = Field(description="Whether it can draw here.")
    missing: str | None = Field(description="What it lacks; null where it can draw.")


class ListedModels(BaseModel):
    """The image models."""

    default: str = Field(description="What draws where a request names none.")
    models: list[ListedModel]


@router.get("/models", summary="The image models")
async def list_models() -> ListedModels:
    """Each with its source, licence, native sizes, features and memory, and whether it can draw here."""
    listed = [
        ListedModel(**card.model_dump(), available=not (why := _missing(card)), missing=why)
        for card in model_cards().values()
    ]
    return ListedModels(default=default_model(), models=listed)


def _missing(card: ModelCard) -> str | None:
    try:
        choose_model(card.id, strict=True)
    except ModelUnavailable as error:
        return str(error)
    return None


class ListedStyle(BaseModel):
    """A style."""

    id: str = Field(description="What a request's `style` says.", examples=["cinematic"])
    title: str
    description: str
    before: str = Field(description="Words put before the prompt, for models that know such words.")
    after: str = Field(description="Words put after it.")
    negative: str = Field(description="Words of what the style is not.")
    preview: str = Field(description="Path of a picture in this style.", examples=["/api/v1/styles/cinematic/preview"])


@router.get("/styles", summary="The styles")
async def list_styles() -> list[ListedStyle]:
    """Every named style, with a preview picture.

    Models that know words of art get a style's words; of others the pictures are graded.
    """
    return [
        ListedStyle(
            id=style.id,
            title=style.title,
            description=style.description,
            before=style.before,
            after=style.after,
            negative=style.negative,
            preview=f"/api/v1/styles/{style.id}/preview",
        )
        for style in styles().values()
    ]


@router.get(
    "/styles/{style_id}/preview",
    summary="A picture in a style",
    response_class=Response,
    responses=documented(404, 422) | {200: {"description": "A picture.", "content": {"image/webp": {}}}},
)
async def preview_style(
    style_id: Annotated[str, Path(max_length=40, description="The style's id.", examples=["cinematic"])],
) -> Response:
    """A rendered city by the evening, as the style shows it: 320 x 320 pixels."""
    try:
        picture = await run_in_threadpool(style_preview, style_id)
    except UnknownStyle as error:
        raise Problem(404, str(error), kind="no-such-style") from None
    return Response(picture, media_type="image/webp", headers={"Cache-Control": "public, max-age=86400"})
