"""Whether the gateway lives, can serve, and what stands behind it."""

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from deployments.gateway.deps import ServicesDep
from deployments.gateway.problems import Problem, documented

router = APIRouter(tags=["Health"])

READY_SECONDS = 2.0


class Health(BaseModel):
    """The gateway lives."""

    status: Literal["ok"] = "ok"


class Readiness(BaseModel):
    """The gateway can take requests."""

    status: Literal["ready"] = "ready"
    deployments: int = Field(ge=1, description="How many deployments can be triggered.")


@router.get("/health", summary="Liveness")
async def health() -> Health:
    """Answers as long as the process does; touches nothing else."""
    return Health()


@router.get("/ready", summary="Readiness", responses=documented(503))
async def ready(services: ServicesDep) -> Readiness:
    """Whether Prefect can be reached and has deployments; 503 with the reason otherwise."""
    found = await services.catalogue.all(fresh=True, budget=READY_SECONDS)
    if not found:
        raise Problem(
            503,
            "Prefect has no deployments: run `prefect deploy --all` (`make up` does).",
            kind="no-deployments",
            headers={"Retry-After": "2"},
        )
    return Readiness(deployments=len(found))
