"""Crypto: price forecasts."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import ConfigDict
from starlette.concurrency import run_in_threadpool

from blocks.block_error import BlockError
from deployments.gateway.deps import CallerDep, TriggeringDep
from deployments.gateway.outage import refuse_outage
from deployments.gateway.problems import Problem, documented
from deployments.gateway.run import Accepted, Finished
from deployments.gateway.strict_json import StrictJsonRoute
from deployments.gateway.trigger import Delivery
from deployments.gateway.triggering import TRIGGER_RESPONSES
from flows.crypto.prediction import PricePrediction, PricePredictionRequest
from tasks.crypto.track_record import TrackRecord, read_track_record

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
    """A forecast with prediction intervals for each step, and how much better than a random walk it has been.

    With `Prefer: wait=N` an exchange that can't be reached is a 503; a run that nobody waits for fails and says so.
    """
    request = body.model_dump(mode="json", include=set(PricePredictionRequest.model_fields), exclude_unset=True)
    return refuse_outage(await triggering.start("predict-price/interactive", request, body))


@router.get("/track-record", summary="How past forecasts turned out", responses=documented(403, 404, 422, 503))
async def track_record(
    caller: CallerDep,
    days: Annotated[int, Query(ge=1, le=730, description="How many days back.", examples=[90])] = 90,
) -> TrackRecord:
    """Errors, skill over a random walk and coverage of the forecasts whose time has come, by model and coin.

    `score-forecasts` fills it, hourly once its schedule is on.
    """
    if not caller.may("crypto"):
        raise Problem(
            403, f"This needs the scope 'crypto'; this key has {', '.join(sorted(caller.scopes))}.", kind="scope"
        )
    try:
        record = await run_in_threadpool(read_track_record, days)
    except BlockError as error:
        raise Problem(503, str(error), kind="warehouse-away", headers={"Retry-After": "10"}) from error
    if not record.records:
        raise Problem(
            404,
            f"No forecast of the last {days} days has been scored: make some, and run score-forecasts (its hourly "
            "schedule is off until someone turns it on) when their time has come.",
            kind="nothing-scored",
        )
    return record
