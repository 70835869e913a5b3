"""Raising alerts: signals of one subject come together in one alert while it is open."""

from typing import Any, Final
from uuid import uuid4

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from blocks.alert_store.alert import Alert, AlertSignal
from blocks.alert_store.rows import COLUMNS, note, open_key, read
from blocks.alert_store.state import AlertKind
from blocks.warehouse.tables import fraud_alert_sources, fraud_alerts

MOST_EVIDENCE: Final = 50
"""Pieces of evidence that an alert keeps: the highest scores."""


def raised(connection: Connection, owner: str, kind: AlertKind, subject: str, signals: list[AlertSignal]) -> str | None:
    """Id of the subject's alert, grown by what is new in the signals; None where nothing is."""
    key = open_key(owner, kind, subject)
    open_one = connection.execute(select(*COLUMNS).where(fraud_alerts.c.open_key == key)).one_or_none()
    alert_id = open_one.alert_id if open_one else uuid4().hex
    new = _new_of(connection, owner, kind, signals, alert_id)
    if not new:
        return None
    kept = Alert(*open_one) if open_one else None
    known = kept.evidence if kept else []
    evidence = sorted([*known, *({**one.evidence, "score": one.score} for one in new)], key=lambda one: -one["score"])
    times = [one.seen_at for one in new]
    values: dict[str, Any] = {
        "score": max(kept.score if kept else 0.0, *(one.score for one in new)),
        "hits": (kept.hits if kept else 0) + len(new),
        "evidence": evidence[:MOST_EVIDENCE],
        "first_seen": min([kept.first_seen, *times] if kept else times),
        "last_seen": max([kept.last_seen, *times] if kept else times),
        "version": kept.version + 1 if kept else 1,
    }
    highest = max(new, key=lambda one: one.score)
    if kept:
        if highest.score > kept.score:
            values["title"] = highest.title
        connection.execute(update(fraud_alerts).where(fraud_alerts.c.alert_id == alert_id).values(**values))
    else:
        values |= {"alert_id": alert_id, "owner": owner, "kind": kind, "subject": subject, "state": "open"}
        connection.execute(insert(fraud_alerts), {**values, "assignee": None, "title": highest.title, "open_key": key})
    told = {"hits": len(new), "score": highest.score, "title": highest.title}
    note(connection, read(connection, alert_id), "aiflows", "hit" if kept else "raised", told)
    return alert_id


def _new_of(
    connection: Connection, owner: str, kind: AlertKind, signals: list[AlertSignal], alert_id: str
) -> list[AlertSignal]:
    """Signals whose source was never raised before; each source once."""
    by_source = {one.source: one for one in signals}
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(fraud_alert_sources).on_conflict_do_nothing().returning(fraud_alert_sources.c.source)
    rows = [{"owner": owner, "kind": kind, "source": source, "alert_id": alert_id} for source in by_source]
    return [by_source[source] for source in connection.scalars(statement, rows)]
