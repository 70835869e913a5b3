"""Crypto: price forecasts."""

from typing import Any

from fastapi import APIRouter
from pydantic import ConfigDict

from deployments.gateway.deps import TriggeringDep
from deployments.gateway.run import Accepted, Finished
from deployments.gateway.strict_json import StrictJsonRoute
from deployments.gateway.trigger import Delivery
from deployments.gateway.triggering import TRIGGER_RESPONSES
from flows.crypto import PricePrediction, PricePredictionRequest

router = APIRouter(prefix="/api/v1/crypto", tags=["Crypto"], route_class=StrictJsonRoute)


class PredictBody(PricePredictionRequest, Delivery):
    """A price to forecast."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={"examples": [{"symbol": "BTC", "timeframe": "1h", "prediction_horizon": 24}]},
    )


class Predicted(Finished):
    """A forecast."""

    result: PricePrediction | None


RESPONSES: dict[int | str, dict[str, Any]] = {
    **TRIGGER_RESPONSES,
    200: {**TRIGGER_RESPONSES[200], "model": Predicted},
}


@router.post(
    "/predict",
    summary="Forecast a price",
    status_code=202,
    response_model=None,
    responses=RESPONSES,
)
async def predict(body: PredictBody, triggering: TriggeringDep) -> Accepted | Finished:
    """A forecast with prediction intervals for each step, and how much better than a random walk it has been."""
    request = body.model_dump(mode="json", include=set(PricePredictionRequest.model_fields), exclude_unset=True)
    return await triggering.start("predict-price/interactive", request, body)
