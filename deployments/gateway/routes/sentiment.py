"""Sentiment: the latest stored score of a coin, or a run that makes a new one."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.concurrency import run_in_threadpool

from blocks.block_error import BlockError
from deployments.gateway.deps import CallerDep, TriggeringDep
from deployments.gateway.problems import Problem, documented
from deployments.gateway.run import Accepted, Finished
from deployments.gateway.strict_json import StrictJsonRoute
from deployments.gateway.trigger import Delivery, Priority
from deployments.gateway.triggering import TRIGGER_RESPONSES
from flows.crypto.sentiment import SentimentAnalysis
from tasks.sentiment.history import SentimentScore, latest_score

router = APIRouter(prefix="/api/v1/crypto", tags=["Crypto"], route_class=StrictJsonRoute)


class Analysed(Finished):
    """A new score, where the request waited for it."""

    result: SentimentAnalysis | None


RESPONSES: dict[int | str, dict[str, Any]] = {
    **TRIGGER_RESPONSES,
    200: {
        **TRIGGER_RESPONSES[200],
        "model": SentimentScore | Analysed,
        "description": "The latest stored score; with `refresh=true` and `Prefer: wait=N` the run that made a new one.",
    },
    **documented(403, 404, 422, 503),
}


@router.get(
    "/sentiment/{symbol}",
    summary="What people say about a coin",
    response_model=None,
    responses=RESPONSES,
)
async def sentiment(
    triggering: TriggeringDep,
    caller: CallerDep,
    symbol: Annotated[str, Path(pattern="^[A-Za-z0-9]{1,20}$", description="The coin.", examples=["BTC"])],
    refresh: Annotated[bool, Query(description="Trigger `analyse-sentiment` in place of reading the store.")] = False,
    hours: Annotated[int, Query(ge=1, le=168, description="With `refresh`: hours back to read.", examples=[24])] = 24,
    priority: Annotated[Priority, Query(description="With `refresh`: queue of the run.")] = "normal",
) -> SentimentScore | Accepted | Finished:
    """The newest score with its age, interval, volume and links to the posts.

    `refresh=true` triggers a new analysis: 202, or 200 with its result under `Prefer: wait=N`.
    """
    if not caller.may("crypto"):
        raise Problem(
            403, f"This needs the scope 'crypto'; this key has {', '.join(sorted(caller.scopes))}.", kind="scope"
        )
    if refresh:
        request = {"symbol": symbol.upper(), "hours": hours}
        return await triggering.start("analyse-sentiment/interactive", request, Delivery(priority=priority))
    try:
        score = await run_in_threadpool(latest_score, symbol)
    except BlockError as error:
        raise Problem(503, str(error), kind="warehouse-away", headers={"Retry-After": "10"}) from error
    if score is None:
        raise Problem(
            404,
            f"No sentiment of {symbol.upper()} is stored. Ask for one with refresh=true, or turn on the hourly "
            "schedule of analyse-sentiment; where too few posts speak of a coin there is no number.",
            kind="no-sentiment",
        )
    return score
