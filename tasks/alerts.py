"""Raising alerts, whatever they are about."""

import hashlib
from collections.abc import Iterable
from typing import Final

from prefect.events import emit_event

from blocks.alert_store import Alert, AlertSignal, AlertStore
from tasks.run_owner import TAG, current_owner

MOST_SIGNALS: Final = 5000
"""Signals of one run that are raised: the highest scores. More is not a queue that people work through."""

MOST_TOLD: Final = 20
"""Alerts of one run that Prefect's automations hear of: the highest scores."""

RAISED: Final = "fraud.alert.raised"
HIT: Final = "fraud.alert.hit"
"""Prefect events of an alert that is new, and of one that has grown, for automations."""

GRAVE: Final = 0.9
"""Score from which an alert is called grave in its event."""

LOCAL: Final = "local"
"""Owner of what runs without a key raise."""


def raise_signals(signals: Iterable[AlertSignal]) -> list[str]:
    """Ids of alerts that are new or have grown; what was raised before changes nothing.

    Raises `BlockError` when the store is away: then nothing was raised.
    """
    highest = sorted(signals, key=lambda signal: -signal.score)[:MOST_SIGNALS]
    if not highest:
        return []
    alerts = AlertStore.default().raise_alerts(current_owner() or LOCAL, highest)
    for alert in sorted(alerts, key=lambda alert: -alert.score)[:MOST_TOLD]:
        _tell(alert)
    return [alert.alert_id for alert in alerts]


def source_of(*what: object) -> str:
    """A source that is the same for the same thing found again, in whichever file."""
    return hashlib.sha256("\x1f".join(map(str, what)).encode()).hexdigest()[:32]


def _tell(alert: Alert) -> None:
    emit_event(
        event=RAISED if alert.version == 1 else HIT,
        resource={
            "prefect.resource.id": f"fraud.alert.{alert.alert_id}",
            "prefect.resource.name": f"{alert.kind} alert",
            "fraud.alert.id": alert.alert_id,
            "fraud.alert.kind": alert.kind,
            "fraud.alert.state": alert.state,
            "fraud.alert.weight": "grave" if alert.score >= GRAVE else "ordinary",
            "fraud.alert.owner": f"{TAG}{alert.owner}",
        },
        payload={"alert_id": alert.alert_id, "score": alert.score, "hits": alert.hits, "kind": alert.kind},
    )
