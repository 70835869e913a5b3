"""Fraud: verdicts on network traffic."""

from typing import Any

from fastapi import APIRouter
from pydantic import ConfigDict

from deployments.gateway.deps import TriggeringDep
from deployments.gateway.run import Accepted, Finished
from deployments.gateway.strict_json import StrictJsonRoute
from deployments.gateway.trigger import Delivery
from deployments.gateway.triggering import TRIGGER_RESPONSES
from flows.fraud.network import NetworkAnalysis, NetworkAnalysisRequest

router = APIRouter(prefix="/api/v1/fraud", tags=["Fraud"], route_class=StrictJsonRoute)


class NetworkBody(NetworkAnalysisRequest, Delivery):
    """Network traffic to judge."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={
            "examples": [{"records_uri": "asset://uploads/4f3c2b1a5d6e7f8091a2b3c4d5e6f708/capture.pcap"}]
        },
    )


class NetworkJudged(Finished):
    """Verdicts on network traffic."""

    result: NetworkAnalysis | None


RESPONSES: dict[int | str, dict[str, Any]] = {
    **TRIGGER_RESPONSES,
    200: {**TRIGGER_RESPONSES[200], "model": NetworkJudged},
}


@router.post("/network", summary="Judge network traffic", status_code=202, response_model=None, responses=RESPONSES)
async def analyze_network(body: NetworkBody, triggering: TriggeringDep) -> Accepted | Finished:
    """Attack class, novelty and reasons for records, logs or a capture; scans, brute force, exfiltration and beacons.

    202 with the run; `Prefer: wait=N` waits for the verdicts.
    """
    request = body.model_dump(mode="json", include=set(NetworkAnalysisRequest.model_fields), exclude_unset=True)
    return await triggering.start("analyze-network-traffic/interactive", request, body)
