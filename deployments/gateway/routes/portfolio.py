"""Portfolios of coins: their risk, and orders that rebalance them."""

from typing import Any

from fastapi import APIRouter
from pydantic import ConfigDict

from deployments.gateway.deps import TriggeringDep
from deployments.gateway.outage import refuse_outage
from deployments.gateway.run import Accepted, Finished
from deployments.gateway.strict_json import StrictJsonRoute
from deployments.gateway.trigger import Delivery
from deployments.gateway.triggering import TRIGGER_RESPONSES
from flows.crypto.rebalancing import Rebalancing, RebalancingRequest
from flows.crypto.risk import RiskAssessment, RiskRequest

router = APIRouter(prefix="/api/v1/crypto/portfolio", tags=["Crypto"], route_class=StrictJsonRoute)


class RiskBody(RiskRequest, Delivery):
    """Holdings to assess."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={"examples": [{"holdings": {"BTC": "0.25", "ETH": "4"}, "cash": "1000.00"}]},
    )


class RebalanceBody(RebalancingRequest, Delivery):
    """Holdings to rebalance."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "holdings": {"BTC": "0.25", "ETH": "4"},
                    "cash": "1000.00",
                    "universe": ["BTC", "ETH", "SOL"],
                    "strategy": "hrp",
                    "execute": "no",
                }
            ]
        },
    )


class Assessed(Finished):
    """Risk."""

    result: RiskAssessment | None


class Rebalanced(Finished):
    """Orders, and what became of them."""

    result: Rebalancing | None


def _responses(model: type[Finished]) -> dict[int | str, dict[str, Any]]:
    return {**TRIGGER_RESPONSES, 200: {**TRIGGER_RESPONSES[200], "model": model}}


@router.post(
    "/risk",
    summary="What a portfolio can lose",
    status_code=202,
    response_model=None,
    responses=_responses(Assessed),
)
async def assess(body: RiskBody, triggering: TriggeringDep) -> Accepted | Finished:
    """Value at risk and expected shortfall with their own record, drawdown, volatility, crashes played again."""
    request = body.model_dump(mode="json", include=set(RiskRequest.model_fields), exclude_unset=True)
    return refuse_outage(await triggering.start("assess-risk/interactive", request, body))


@router.post(
    "/rebalance",
    summary="Orders that rebalance a portfolio",
    status_code=202,
    response_model=None,
    responses=_responses(Rebalanced),
)
async def rebalance(body: RebalanceBody, triggering: TriggeringDep) -> Accepted | Finished:
    """Proposed orders. With `execute` the run is suspended until `POST /api/v1/runs/{run_id}/approval` answers it."""
    request = body.model_dump(mode="json", include=set(RebalancingRequest.model_fields), exclude_unset=True)
    return refuse_outage(await triggering.start("rebalance-portfolio/interactive", request, body))
