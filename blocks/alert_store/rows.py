"""Rows of alerts within a transaction."""

from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, insert, select

from blocks.alert_store.alert import Alert
from blocks.alert_store.errors import NoSuchAlert
from blocks.warehouse.tables import fraud_alert_events, fraud_alerts

COLUMNS: Final = [fraud_alerts.c[field.name] for field in fields(Alert)]


def read(connection: Connection, alert_id: str, owner: str | None = None) -> Alert:
    """An alert. Raises `NoSuchAlert`."""
    row = connection.execute(select(*COLUMNS).where(fraud_alerts.c.alert_id == alert_id)).one_or_none()
    if row is None or (owner is not None and row.owner != owner):
        raise NoSuchAlert(f"There is no alert {alert_id[:64]!a}.")
    return Alert(*row)


def note(connection: Connection, alert: Alert, by: str, event: str, details: dict[str, Any]) -> None:
    """Add to an alert's history."""
    row = {"alert_id": alert.alert_id, "owner": alert.owner, "at": datetime.now(UTC), "by": by}
    connection.execute(insert(fraud_alert_events), {**row, "event": event, "details": details})


def open_key(owner: str, kind: str, subject: str) -> str:
    """What an alert is known by while it is open."""
    return "\n".join((owner, kind, subject))
