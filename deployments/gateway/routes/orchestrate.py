"""Several capabilities in one request."""

from typing import Any

from fastapi import APIRouter
from pydantic import ConfigDict

from deployments.gateway.deps import TriggeringDep
from deployments.gateway.run import Accepted, Finished
from deployments.gateway.strict_json import StrictJsonRoute
from deployments.gateway.trigger import Delivery
from deployments.gateway.triggering import TRIGGER_RESPONSES
from flows.orchestration import Orchestration, OrchestrationRequest

router = APIRouter(prefix="/api/v1", tags=["Orchestration"], route_class=StrictJsonRoute)


class OrchestrateBody(OrchestrationRequest, Delivery):
    """Tasks to run, side by side unless one needs another."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "tasks": [
                        {"type": "crypto_prediction", "params": {"symbol": "ETH"}},
                        {"type": "crypto_prediction", "params": {"symbol": "BTC", "timeframe": "4h"}},
                    ],
                    "priority": "high",
                },
            ]
        },
    )


class Orchestrated(Finished):
    """Every task's outcome."""

    result: Orchestration | None


RESPONSES: dict[int | str, dict[str, Any]] = {
    **TRIGGER_RESPONSES,
    200: {**TRIGGER_RESPONSES[200], "model": Orchestrated},
}


@router.post(
    "/orchestrate",
    summary="Run several capabilities",
    status_code=202,
    response_model=None,
    responses=RESPONSES,
)
async def orchestrate(body: OrchestrateBody, triggering: TriggeringDep) -> Accepted | Finished:
    """One parent run with a child run for each task, and each one's outcome in the result.

    The key needs the scope of every task's capability. A value of `params` may come from an earlier task:
    `{"$from": "/tasks/forecast/result/last_close"}`.
    """
    request = body.model_dump(mode="json", include=set(OrchestrationRequest.model_fields), exclude_unset=True)
    return await triggering.start("orchestrate/interactive", request, body)
