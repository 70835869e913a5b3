"""Alerts for what was found in network traffic."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from prefect import task
from prefect.cache_policies import NO_CACHE

from blocks.alert_store import AlertSignal
from models.network_security.rules.finding import SCORES
from tasks.alerts import raise_signals, source_of
from tasks.network_security.assessment import Assessment, moment
from tasks.network_security.traffic import Traffic
from tasks.run import run_id

MOST_RECORDS: Final = 500
"""Records called attacks that are raised one by one: the highest scores."""


@task(
    name="raise-network-alerts",
    description="Findings of the rules and attacks join the queue of alerts, one open alert a host.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=3,
    retry_delay_seconds=1,
)
def raise_network_alerts(traffic: Traffic, assessment: Assessment) -> list[str]:
    """Ids of alerts that are new or have grown; what was raised before changes nothing, in whichever file.

    Raises `BlockError` when the store is away.
    """
    return raise_signals([*_findings(assessment), *_attacks(traffic, assessment)])


def _findings(assessment: Assessment) -> Iterator[AlertSignal]:
    run = run_id()
    for found in assessment.findings:
        if found.severity == "high":
            seen = moment(found.last) or datetime.now(UTC)
            yield AlertSignal(
                kind="network",
                source=source_of(found.rule, found.src, found.dst, found.port, found.first, found.last),
                subject=f"host {found.src}",
                title=found.text,
                score=SCORES[found.severity],
                seen_at=seen,
                evidence={
                    "kind": found.rule,
                    "time": seen.isoformat(),
                    "reasons": [found.text],
                    "edges": [[found.src, found.dst, found.flows]] if found.dst else [],
                    "run_id": run,
                },
            )


def _attacks(traffic: Traffic, assessment: Assessment) -> Iterator[AlertSignal]:
    """Records called attacks that belong to no rule's finding: by a model, or by being like none known."""
    run, raised = run_id(), 0
    for row in assessment.ranked().tolist():
        if raised == MOST_RECORDS or assessment.decision[row] != "attack":
            return
        if assessment.hits and assessment.hits[row]:
            continue
        verdict = assessment.verdict(traffic, row)
        reasons = [reason.text for reason in verdict.reasons]
        seen, raised = verdict.time or datetime.now(UTC), raised + 1
        where = (verdict.time, verdict.src, verdict.dst) if verdict.src else (traffic.sha256, row)
        host = str(traffic.flows.src[row]) if traffic.flows is not None and traffic.flows.src[row] else ""
        yield AlertSignal(
            kind="network",
            source=source_of("record", verdict.attack_class, *where),
            subject=f"host {host}" if host else f"traffic {traffic.sha256[:12]}",
            title=f"{verdict.attack_class.replace('_', ' ')}: {reasons[0] if reasons else 'a high score'}",
            score=verdict.score,
            seen_at=seen,
            evidence={
                "kind": verdict.attack_class,
                "time": seen.isoformat(),
                "record": verdict.record,
                "reasons": reasons,
                "edges": [[verdict.src, verdict.dst, 1]] if verdict.src and verdict.dst else [],
                "run_id": run,
            },
        )
