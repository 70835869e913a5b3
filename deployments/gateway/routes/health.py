"""Whether the gateway lives, can serve, and what stands behind it."""

from typing import Literal

import prefect
from fastapi import APIRouter, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel, Field

from deployments.gateway.deps import ServicesDep
from deployments.gateway.overview import Overview, Pool
from deployments.gateway.problems import Problem, documented
from deployments.gateway.services import Services
from tasks.provenance import code_version

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


class Status(BaseModel):
    """What runs, and what stands behind it."""

    version: str = Field(description="Release and commit of the code.", examples=["0.1.0+3f2a91c"])
    prefect_version: str = Field(description="Version of Prefect's client.", examples=["3.8.8"])
    prefect: Literal["up", "away"] = Field(description="Whether Prefect's API answers.")
    auth: Literal["api-keys", "off"] = Field(description="`off` only on loopback while no API key is configured.")
    pools: list[Pool] = Field(description="Work pools with their queues and workers.")
    runs: dict[str, dict[str, int]] = Field(description="Runs of the last 24 hours by capability and state.")


@router.get("/status", summary="Versions, pools, queues, workers and runs", responses=documented(401, 429))
async def status(services: ServicesDep) -> Status:
    """Always 200: what can't be read is empty, and `prefect` says `away`."""
    overview = await _overview(services)
    return Status(
        version=code_version(),
        prefect_version=prefect.__version__,
        prefect="away" if overview is None else "up",
        auth="api-keys" if services.keys.are_required else "off",
        pools=overview.pools if overview else [],
        runs=overview.runs if overview else {},
    )


@router.get(
    "/metrics",
    summary="Metrics for Prometheus",
    response_class=PlainTextResponse,
    responses={200: {"description": "Prometheus's text format."}},
)
async def metrics(services: ServicesDep) -> Response:
    """Latency and errors by route, runs by capability and state, depth of queues, age of workers' heartbeats."""
    return Response(services.metrics.text(await _overview(services)), media_type=CONTENT_TYPE_LATEST)


async def _overview(services: Services) -> Overview | None:
    try:
        return await services.overviews.latest(READY_SECONDS)
    except Problem:
        return None
