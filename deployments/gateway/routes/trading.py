"""Fraud: market abuse in crypto trading."""

from typing import Any

from fastapi import APIRouter
from pydantic import ConfigDict

from deployments.gateway.deps import TriggeringDep
from deployments.gateway.run import Accepted, Finished
from deployments.gateway.strict_json import StrictJsonRoute
from deployments.gateway.trigger import Delivery
from deployments.gateway.triggering import TRIGGER_RESPONSES
from flows.fraud.trading import TradingAnalysis, TradingAnalysisRequest

router = APIRouter(prefix="/api/v1/fraud", tags=["Fraud"], route_class=StrictJsonRoute)


class TradingBody(TradingAnalysisRequest, Delivery):
    """Trading to look at."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={
            "examples": [{"trades_uri": "asset://uploads/4f3c2b1a5d6e7f8091a2b3c4d5e6f708/trades.parquet"}]
        },
    )


class TradingJudged(Finished):
    """What was found in trading."""

    result: TradingAnalysis | None


RESPONSES: dict[int | str, dict[str, Any]] = {
    **TRIGGER_RESPONSES,
    200: {**TRIGGER_RESPONSES[200], "model": TradingJudged},
}


@router.post("/trading", summary="Find market abuse", status_code=202, response_model=None, responses=RESPONSES)
async def analyze_market(body: TradingBody, triggering: TriggeringDep) -> Accepted | Finished:
    """Wash trading, pumps and dumps, spoofing and layering, risky accounts: findings with evidence and reasons.

    202 with the run; `Prefer: wait=N` waits for the findings.
    """
    request = body.model_dump(mode="json", include=set(TradingAnalysisRequest.model_fields), exclude_unset=True)
    return await triggering.start("analyze-trading/interactive", request, body)
