"""Fraud: verdicts on transactions."""

from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import ConfigDict

from deployments.gateway.admission import require_scope
from deployments.gateway.api_keys import Caller
from deployments.gateway.deps import CallerDep, TriggeringDep
from deployments.gateway.problems import documented, invalid
from deployments.gateway.run import Accepted, Finished
from deployments.gateway.strict_json import StrictJsonRoute
from deployments.gateway.trigger import Delivery
from deployments.gateway.triggering import TRIGGER_RESPONSES
from flows.fraud.transactions import TransactionAnalysis, TransactionAnalysisRequest
from tasks.fraud.live_verdict import LiveVerdicts

router = APIRouter(prefix="/api/v1/fraud", tags=["Fraud"], route_class=StrictJsonRoute)

WAIT_SECONDS = 30
SCOPE = "fraud"


class AnalyzeBody(TransactionAnalysisRequest, Delivery):
    """Transactions to judge."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "transactions": [
                        {
                            "transaction_id": "tx-1001",
                            "time": "2026-06-29T03:40:46Z",
                            "amount": "349.00",
                            "currency": "EUR",
                            "customer_id": "customer-1",
                            "terminal_id": "terminal-77",
                            "channel": "online",
                            "country": "DE",
                            "device": "ios-17",
                        }
                    ]
                }
            ]
        },
    )

    @property
    def is_live(self) -> bool:
        """Whether the payments are judged while the caller waits: those that came without files."""
        return self.transactions_uri is None and self.history_uri is None


class Analyzed(Finished):
    """Verdicts of a run, for files."""

    result: TransactionAnalysis | None


RESPONSES: dict[int | str, dict[str, Any]] = {
    **TRIGGER_RESPONSES,
    **documented(409),
    200: {
        **TRIGGER_RESPONSES[200],
        "model": LiveVerdicts | Analyzed,
        "description": "Judged, and stored before it was answered: `verdicts`. For files that were judged while the "
        "request waited: the run with its `result`.",
    },
}


@router.post("/analyze", summary="Judge transactions", status_code=200, response_model=None, responses=RESPONSES)
async def analyze(
    body: AnalyzeBody, request: Request, caller: CallerDep, triggering: TriggeringDep
) -> Response | Accepted | Finished:
    """Approve, review or block each transaction, with a calibrated probability of fraud and the reasons.

    `transactions` are judged in real time, on all that came before them: the answer has their verdicts, which are
    stored by then. The same payment again gets the same verdict (`repeated`) and counts once; an id with other contents
    is a 409. `transactions_uri` (or a `history_uri`) starts a run: 202, or 200 with its result if it ends within 30 s
    (`Prefer: wait=N` says otherwise).
    """
    if body.is_live:
        verdicts = await triggering.services.scorer.judge(caller.owner, await live_transactions(body, request, caller))
        return Response(verdicts, media_type="application/json")
    asked = body.model_dump(mode="json", include=set(TransactionAnalysisRequest.model_fields), exclude_unset=True)
    return await triggering.start("analyze-transactions/interactive", asked, body, wait=WAIT_SECONDS)


async def live_transactions(body: AnalyzeBody, request: Request, caller: Caller) -> list[Any]:
    """The transactions as the caller wrote them.

    Raises:
        Problem: 403, the key lacks the scope; 422, the body asks for what only runs have.
    """
    require_scope(caller, SCOPE, "The real-time scorer")
    for name in ("priority", "callback"):
        if name in body.model_fields_set:
            raise invalid(f"/{name}", "belongs to runs, which files have (transactions_uri); verdicts come at once")
    given = await request.json()
    return [given["transaction"]] if body.transaction is not None else given["transactions"]
