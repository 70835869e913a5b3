"""The scorer's HTTP: `POST /score` for the gateway, `GET /health` for who looks after it."""

import asyncio
import gc
import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar, cast

import orjson
from pydantic import BaseModel, ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from blocks.payment_store import PaymentStore, Writer
from blocks.settings import Settings
from deployments.scorer.batch import Order
from deployments.scorer.consumer import Consumer
from deployments.scorer.history import History
from deployments.scorer.model_in_use import ModelInUse
from deployments.scorer.problem import ScoringProblem
from deployments.scorer.scoring import Scoring
from deployments.scorer.window_runs import WindowRuns
from deployments.scorer.windows import Windows
from tasks.fraud.live_verdict import LiveVerdicts, ScoringRequest
from tasks.fraud.rule_book import rules_in_force

logger = logging.getLogger("scorer")

FIRST_TRY_SECONDS = 10.0
MOST_BYTES = 4 * 2**20
JSON = "application/json"

Asked = TypeVar("Asked", bound=BaseModel)


class ScorerServices:
    """What the routes work with."""

    def __init__(self, settings: Settings, store: PaymentStore) -> None:
        gate = threading.Lock()
        self.model = ModelInUse()
        self.consumer = Consumer(store, self._scoring, gate)
        self.runs = WindowRuns(settings.prefect_api_url)
        self.windows = Windows(store, self.runs, gate, lambda: self.consumer.is_ready)

    def _scoring(self, writer: Writer) -> Scoring:
        self.windows.forget()
        return Scoring(writer, self.windows.run_of, lambda: self.model.model, rules_in_force())


def create_app(settings: Settings, store: PaymentStore) -> Starlette:
    """The scorer, ready to be served; the store's tables are there."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        services = await asyncio.to_thread(ScorerServices, settings, store)
        services.consumer.start()
        await asyncio.to_thread(services.consumer.has_tried.wait, FIRST_TRY_SECONDS)
        app.state.services = services
        async with services.runs:
            keeping = [asyncio.create_task(services.windows.keep()), asyncio.create_task(services.model.keep())]
            gc.collect()
            gc.freeze()  # what is loaded by now stays: later collections need not walk it
            yield
            for task in keeping:
                task.cancel()
            await asyncio.gather(*keeping, return_exceptions=True)
        await asyncio.to_thread(services.consumer.stop)

    routes = [
        Route("/score", score, methods=["POST"]),
        Route("/history", load, methods=["POST"]),
        Route("/health", health),
    ]
    return Starlette(routes=routes, lifespan=lifespan, exception_handlers={ScoringProblem: _told})


async def score(request: Request) -> Response:
    """Verdicts, once they are stored; else a problem."""
    services: ScorerServices = request.app.state.services
    asked = await _asked(ScoringRequest, request)
    if not services.consumer.is_ready:
        raise services.consumer.trouble
    await services.windows.ensure(asked.owner)
    outcome = await services.consumer.jobs.outcome(Order.of(asked.owner, asked.transactions))
    if isinstance(outcome, ScoringProblem):
        raise outcome
    return Response(LiveVerdicts(verdicts=outcome).model_dump_json(), media_type=JSON)


async def load(request: Request) -> Response:
    """Store earlier payments, which fill the windows; they get no verdict."""
    services: ScorerServices = request.app.state.services
    outcome = await services.consumer.jobs.outcome(await _asked(History, request))
    if isinstance(outcome, ScoringProblem):
        raise outcome
    return Response(outcome.model_dump_json(), media_type=JSON)


async def health(request: Request) -> Response:
    """200 while it holds the store and can judge, 503 with the reason otherwise."""
    services: ScorerServices = request.app.state.services
    ready = services.consumer.is_ready
    said = {
        "status": "ready" if ready else services.consumer.trouble.detail,
        "model_version": services.model.model.detector.card.version,
    }
    return Response(orjson.dumps(said), 200 if ready else 503, media_type=JSON)


async def _asked(kind: type[Asked], request: Request) -> Asked:
    """The request's body. Raises ScoringProblem for one that is too large or not valid."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise ScoringProblem(413, "body-too-large", f"The body is over {MOST_BYTES // 2**20} MiB.")
    try:
        return kind.model_validate_json(bytes(body))
    except ValidationError as error:
        errors = error.errors(include_url=False, include_context=False, include_input=False)
        raise ScoringProblem(422, "request-wrong", str(error)[:1000], extra={"errors": errors}) from None


async def _told(_request: Request, error: Exception) -> Response:
    problem = cast("ScoringProblem", error)
    return Response(orjson.dumps(problem.document), problem.status, media_type=JSON)
