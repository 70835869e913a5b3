"""The states of an alert, and which may follow which."""

from collections.abc import Mapping
from typing import Final, Literal

AlertKind = Literal["transaction", "network", "trading"]
AlertState = Literal["open", "assigned", "escalated", "confirmed_fraud", "false_positive", "closed"]

CLOSED: Final[frozenset[AlertState]] = frozenset({"confirmed_fraud", "false_positive", "closed"})
"""Nobody needs to look any more; something new about the same subject is another alert."""

NEXT: Final[Mapping[AlertState, frozenset[AlertState]]] = {
    "open": frozenset({"assigned", "escalated", *CLOSED}),
    "assigned": frozenset({"open", "escalated", *CLOSED}),
    "escalated": frozenset({"assigned", *CLOSED}),
    "confirmed_fraud": frozenset({"open"}),
    "false_positive": frozenset({"open"}),
    "closed": frozenset({"open"}),
}

LABELS: Final[Mapping[AlertState, bool]] = {"confirmed_fraud": True, "false_positive": False}
"""What a decision says about the payments of an alert: whether they were fraud."""
