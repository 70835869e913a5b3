"""Alerts for payments that somebody should look at."""

from collections.abc import Iterator
from typing import Any, Final

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.events import emit_event

from blocks.alert_store import Alert, AlertSignal, AlertStore
from models.fraud.money import format_minor
from tasks.fraud.payments import Payments
from tasks.fraud.score import Assessment
from tasks.fraud.verdict import Verdict
from tasks.run import run_id
from tasks.run_owner import current_owner

MOST_SIGNALS: Final = 5000
"""Payments of one run that are raised: the highest scores. More is not a queue that people work through."""

RAISED: Final = "fraud.alert.raised"
"""Prefect event of every alert that is new or has grown, for automations."""


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
    signals = sorted(_signals(payments, assessment), key=lambda signal: -signal.score)[:MOST_SIGNALS]
    if not signals:
        return []
    alerts = AlertStore.default().raise_alerts(current_owner() or "local", signals)
    for alert in alerts:
        _tell(alert)
    return [alert.alert_id for alert in alerts]


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


def _tell(alert: Alert) -> None:
    emit_event(
        event=RAISED,
        resource={
            "prefect.resource.id": f"fraud.alert.{alert.alert_id}",
            "prefect.resource.name": f"{alert.kind} alert",
            "fraud.alert.kind": alert.kind,
            "fraud.alert.state": alert.state,
        },
        payload={"alert_id": alert.alert_id, "score": alert.score, "hits": alert.hits, "kind": alert.kind},
    )
