"""Alerts for payments that somebody should look at."""

from collections.abc import Iterator
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE

from blocks.alert_store import AlertSignal
from models.fraud.money import format_minor
from tasks.alerts import raise_signals
from tasks.fraud.payments import Payments
from tasks.fraud.score import Assessment
from tasks.fraud.verdict import Verdict
from tasks.run import run_id


@task(
    name="raise-alerts",
    description="Payments to review or block join the queue of alerts, one open alert a customer.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=3,
    retry_delay_seconds=1,
)
def raise_alerts(payments: Payments, assessment: Assessment) -> list[str]:
    """Ids of alerts that are new or have grown; a payment that was raised before changes nothing.

    Raises `BlockError` when the store is away.
    """
    return raise_signals(_signals(payments, assessment))


def _signals(payments: Payments, assessment: Assessment) -> Iterator[AlertSignal]:
    batch = payments.batch
    columns = (column.tolist() for column in (batch.customer, batch.terminal, batch.amount, batch.currency))
    run = run_id()
    for verdict, customer, terminal, amount, currency in zip(assessment.verdicts, *columns, strict=True):
        if verdict.decision != "approve":
            paid = format_minor(amount, currency)
            yield AlertSignal(
                kind="transaction",
                source=verdict.transaction_id,
                subject=f"customer {customer}",
                title=f"{paid} to {verdict.decision}: {_why(verdict)}",
                score=verdict.score,
                seen_at=verdict.features_as_of,
                evidence=_evidence(verdict, paid, terminal, run),
            )


def _why(verdict: Verdict) -> str:
    return verdict.why[0] if verdict.why else "a high score"


def _evidence(verdict: Verdict, paid: str, terminal: str, run: str) -> dict[str, Any]:
    return {
        "transaction_id": verdict.transaction_id,
        "time": verdict.features_as_of.isoformat(),
        "amount": paid,
        "merchant_or_terminal_id": terminal,
        "decision": verdict.decision,
        "reasons": list(verdict.why),
        "contributions": [
            *({"text": hit.text, "contribution": 0} for hit in verdict.rules),
            *({"text": reason.text, "contribution": round(reason.contribution, 4)} for reason in verdict.reasons),
        ],
        "rules_hit": list(verdict.rules_hit),
        "model_version": verdict.model_version,
        "run_id": run,
    }
