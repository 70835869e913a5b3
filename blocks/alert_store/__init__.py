"""The queue of alerts that people work through, in PostgreSQL or SQLite."""

from blocks.alert_store.alert import Alert, AlertEvent, AlertSignal
from blocks.alert_store.errors import AlertChanged, AlertConflict, NoSuchAlert, NoSuchWebhook, TooManyWebhooks
from blocks.alert_store.state import CLOSED, AlertKind, AlertState
from blocks.alert_store.store import AlertFilter, AlertStore

__all__ = [
    "CLOSED",
    "Alert",
    "AlertChanged",
    "AlertConflict",
    "AlertEvent",
    "AlertFilter",
    "AlertKind",
    "AlertSignal",
    "AlertState",
    "AlertStore",
    "NoSuchAlert",
    "NoSuchWebhook",
    "TooManyWebhooks",
]
