"""Images: pictures from words."""

from typing import Any

from fastapi import APIRouter
from pydantic import ConfigDict

from deployments.gateway.deps import TriggeringDep
from deployments.gateway.run import Accepted, Finished
from deployments.gateway.strict_json import StrictJsonRoute
from deployments.gateway.trigger import Delivery
from deployments.gateway.triggering import TRIGGER_RESPONSES
from flows.image.generation import ImageGeneration, ImageRequest

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
