"""An alert, what it is raised for, and what happened to it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from blocks.alert_store.state import AlertKind, AlertState


@dataclass(frozen=True)
class AlertSignal:
    """Something that somebody should look at.

    `source` is what it was found in, once for all time (a transaction's id); signals of one `subject` (a customer, an
    attacking host, a ring) come together in one alert while it is open. `evidence` is shown; it must be plain JSON.
    """

    kind: AlertKind
    source: str
    subject: str
    title: str
    score: float
    seen_at: datetime
    evidence: dict[str, Any]


@dataclass(frozen=True)
class Alert:
    """An alert as it stands; `version` grows with every change."""

    alert_id: str
    owner: str
    kind: AlertKind
    subject: str
    state: AlertState
    assignee: str | None
    score: float
    hits: int
    title: str
    evidence: list[dict[str, Any]]
    first_seen: datetime
    last_seen: datetime
    version: int


@dataclass(frozen=True)
class AlertEvent:
    """Something that happened to an alert: raised, hit, changed, noted. Numbers grow in the order of time."""

    number: int
    alert_id: str
    at: datetime
    by: str
    event: str
    details: dict[str, Any]
