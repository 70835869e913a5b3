"""Fraud: verdicts on transactions."""

from typing import Any

from fastapi import APIRouter
from pydantic import ConfigDict

from deployments.gateway.deps import TriggeringDep
from deployments.gateway.run import Accepted, Finished
from deployments.gateway.strict_json import StrictJsonRoute
from deployments.gateway.trigger import Delivery
from deployments.gateway.triggering import TRIGGER_RESPONSES
from flows.fraud.transactions import TransactionAnalysis, TransactionAnalysisRequest

router = APIRouter(prefix="/api/v1/fraud", tags=["Fraud"], route_class=StrictJsonRoute)

WAIT_SECONDS = 30


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
                        }
                    ]
                }
            ]
        },
    )


class Analyzed(Finished):
    """Verdicts."""

    result: TransactionAnalysis | None


RESPONSES: dict[int | str, dict[str, Any]] = {
    **TRIGGER_RESPONSES,
    200: {**TRIGGER_RESPONSES[200], "model": Analyzed, "description": "Judged: the verdicts are in `result`."},
}


@router.post("/analyze", summary="Judge transactions", status_code=200, response_model=None, responses=RESPONSES)
async def analyze(body: AnalyzeBody, triggering: TriggeringDep) -> Accepted | Finished:
    """Approve, review or block each transaction, with a calibrated probability of fraud and the reasons.

    Waits up to 30 s for the verdicts unless `Prefer: wait=N` says otherwise; 202 with the run if they take longer.
    """
    request = body.model_dump(mode="json", include=set(TransactionAnalysisRequest.model_fields), exclude_unset=True)
    return await triggering.start("analyze-transactions/interactive", request, body, wait=WAIT_SECONDS)
