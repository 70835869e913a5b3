"""Videos: from words, pictures and scenes."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from deployments.gateway.deps import TriggeringDep
from deployments.gateway.run import Accepted, Finished
from deployments.gateway.strict_json import StrictJsonRoute
from deployments.gateway.trigger import Delivery
from deployments.gateway.triggering import TRIGGER_RESPONSES
from flows.video.generation import VideoGeneration
from flows.video.request import VideoRequest
from tasks.video.choice import default_video_model, missing_of
from tasks.video.model_card import ModelCard, model_cards

router = APIRouter(prefix="/api/v1", tags=["Videos"], route_class=StrictJsonRoute)


class GenerateVideoBody(VideoRequest, Delivery):
    """A video to make."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        protected_namespaces=(),
        json_schema_extra={
            "examples": [
                {
                    "prompt": "Flying through clouds",
                    "duration": 5,
                    "resolution": "8K",
                    "fps": 60,
                    "use_nerf": True,
                    "style": "cinematic",
                }
            ]
        },
    )


class Generated(Finished):
    """A video."""

    result: VideoGeneration | None


RESPONSES: dict[int | str, dict[str, Any]] = {
    **TRIGGER_RESPONSES,
    200: {**TRIGGER_RESPONSES[200], "model": Generated},
}


@router.post("/generate/video", summary="Make a video", status_code=202, response_model=None, responses=RESPONSES)
async def generate_video(body: GenerateVideoBody, triggering: TriggeringDep) -> Accepted | Finished:
    """A video of a prompt, a picture or a scene: HEVC with HDR10+, a preview for any browser, a poster.

    `dry_run: true` only says what it would take. Follow the run for its progress; a run that was killed or cancelled
    and is asked for again makes what is missing.
    """
    request = body.model_dump(mode="json", include=set(VideoRequest.model_fields), exclude_unset=True)
    return await triggering.start(f"generate-video/{'batch-cpu' if body.is_long else 'interactive'}", request, body)


class ListedVideoModel(ModelCard):
    """A model, and whether it can draw here."""

    available: bool = Field(description="Whether it can draw here.")
    missing: str | None = Field(description="What it lacks; null where it can draw.")


class ListedVideoModels(BaseModel):
    """The video models."""

    default: str = Field(description="What draws where a request names none.")
    models: list[ListedVideoModel]


@router.get("/models/video", summary="The video models")
async def list_video_models() -> ListedVideoModels:
    """Each with its source, licence, native size and rate, features and memory, and whether it can draw here."""
    listed = [
        ListedVideoModel(**card.model_dump(), available=(why := missing_of(card)) is None, missing=why)
        for card in model_cards().values()
    ]
    return ListedVideoModels(default=default_video_model(), models=listed)
