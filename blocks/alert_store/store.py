"""Alerts in the payment store's database. One transaction at a time changes them, so that none is raised twice."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, Final, Self

import sqlalchemy as sa
from sqlalchemy import Connection, insert, select, update

from blocks.alert_store.alert import Alert, AlertEvent, AlertSignal
from blocks.alert_store.errors import AlertChanged, AlertConflict
from blocks.alert_store.raising import raised
from blocks.alert_store.rows import COLUMNS, note, open_key, read
from blocks.alert_store.state import CLOSED, LABELS, NEXT, AlertKind, AlertState
from blocks.payment_store import PaymentStore
from blocks.warehouse.tables import fraud_alert_events, fraud_alert_sources, fraud_alerts, payment_labels

ONE_AT_A_TIME: Final = 7_205_759_403_792_794
"""Advisory lock of PostgreSQL that changes hold: events then become visible in the order of their numbers."""


@dataclass(frozen=True)
class AlertFilter:
    """Which alerts: those of an owner (None: everyone's), in these states (none: the open ones), …"""

    owner: str | None = None
    states: tuple[AlertState, ...] = ()
    kind: AlertKind | None = None
    assignee: str | None = None
    min_score: float = 0.0


class AlertStore:
    """Raises, lists and changes alerts."""

    def __init__(self, payments: PaymentStore) -> None:
        self._payments = payments

    @classmethod
    def default(cls) -> Self:
        """In the database of `PaymentStore.default()`."""
        return cls(PaymentStore.default())

    def raise_alerts(self, owner: str, signals: Sequence[AlertSignal]) -> list[Alert]:
        """Alerts for signals, new ones or open ones of the same subjects; those that grew by it.

        A source that has been raised before changes nothing. Raises `PaymentStoreAway`: then nothing was stored.
        """
        ordered = sorted(signals, key=lambda signal: (signal.kind, signal.subject))
        grown = []
        with self._changing() as connection:
            for (kind, subject), group in groupby(ordered, key=lambda signal: (signal.kind, signal.subject)):
                alert_id = raised(connection, owner, kind, subject, list(group))
                if alert_id is not None:
                    grown.append(read(connection, alert_id))
        return grown

    def alerts(self, wanted: AlertFilter, *, limit: int, offset: int = 0) -> list[Alert]:
        """Alerts, the highest scores first."""
        alert = fraud_alerts.c
        query = select(*COLUMNS).where(
            alert.state.in_(wanted.states) if wanted.states else alert.state.not_in(CLOSED),
            alert.score >= wanted.min_score,
        )
        for column, value in (
            (alert.owner, wanted.owner),
            (alert.kind, wanted.kind),
            (alert.assignee, wanted.assignee),
        ):
            if value is not None:
                query = query.where(column == value)
        query = query.order_by(alert.score.desc(), alert.last_seen.desc(), alert.alert_id).limit(limit).offset(offset)
        with self._payments.reading() as connection:
            return [Alert(*row) for row in connection.execute(query)]

    def alert(self, alert_id: str, owner: str | None = None) -> Alert:
        """An alert. Raises `NoSuchAlert` where there is none, or it is not the owner's (None: anyone's will do)."""
        with self._payments.reading() as connection:
            return read(connection, alert_id, owner)

    def sources(self, alert_id: str) -> list[str]:
        """What the alert was raised for."""
        query = select(fraud_alert_sources.c.source).where(fraud_alert_sources.c.alert_id == alert_id)
        with self._payments.reading() as connection:
            return list(connection.scalars(query.order_by(fraud_alert_sources.c.source)))

    def undecided(self, owner: str, kind: AlertKind) -> list[str]:
        """Sources of an owner's alerts of a kind that nobody has decided or closed."""
        alert, source = fraud_alerts.c, fraud_alert_sources.c
        query = select(source.source).join(fraud_alerts, alert.alert_id == source.alert_id)
        query = query.where(alert.owner == owner, alert.kind == kind, alert.state.not_in(CLOSED))
        with self._payments.reading() as connection:
            return list(connection.scalars(query))

    def history(self, alert_id: str) -> list[AlertEvent]:
        """Everything that happened to an alert, the oldest first."""
        return self._events(fraud_alert_events.c.alert_id == alert_id)

    def events(self, after: int, owner: str | None, *, limit: int = 200) -> list[AlertEvent]:
        """What happened to any alert of an owner (None: of anyone) after an event, the oldest first."""
        mine = sa.true() if owner is None else fraud_alert_events.c.owner == owner
        return self._events(mine, fraud_alert_events.c.id > after, limit=limit)

    def newest_event(self) -> int:
        """Number of the newest event; 0 where nothing has happened yet."""
        with self._payments.reading() as connection:
            return connection.scalar(select(sa.func.max(fraud_alert_events.c.id))) or 0

    def change(
        self,
        alert_id: str,
        *,
        by: str,
        owner: str | None = None,
        version: int | None = None,
        state: AlertState | None = None,
        assignee: str | None = None,
        remark: str = "",
    ) -> Alert:
        """Move an alert on, hand it to somebody, note something; payments of what is decided get their labels.

        What is so already and comes without a remark changes nothing.
        `version`: the one that was read; another one there is `AlertChanged`. Raises `NoSuchAlert`, `AlertConflict`.
        """
        with self._changing() as connection:
            found = read(connection, alert_id, owner)
            if version is not None and version != found.version:
                raise AlertChanged(f"Alert {alert_id} is at version {found.version} by now: read it again.")
            changed = _changed(found, state, assignee)
            if not changed and not remark:
                return found
            if changed.get("open_key"):
                _refuse_second(connection, changed["open_key"], alert_id)
            connection.execute(
                update(fraud_alerts)
                .where(fraud_alerts.c.alert_id == alert_id)
                .values(version=found.version + 1, **changed)
            )
            told = {name: value for name, value in changed.items() if name != "open_key"}
            note(
                connection, found, by, "changed" if told else "noted", {**told, **({"note": remark} if remark else {})}
            )
            if state is not None and state in LABELS and found.kind == "transaction":
                _label(connection, found, is_fraud=LABELS[state])
            return read(connection, alert_id)

    def _events(self, *chosen: sa.ColumnElement[bool], limit: int | None = None) -> list[AlertEvent]:
        event = fraud_alert_events.c
        columns = (event.id, event.alert_id, event.at, event.by, event.event, event.details)
        with self._payments.reading() as connection:
            rows = connection.execute(select(*columns).where(*chosen).order_by(event.id).limit(limit))
            return [AlertEvent(*row) for row in rows]

    @contextmanager
    def _changing(self) -> Iterator[Connection]:
        with self._payments.changing() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(select(sa.func.pg_advisory_xact_lock(ONE_AT_A_TIME)))
            yield connection


def _changed(found: Alert, state: AlertState | None, assignee: str | None) -> dict[str, Any]:
    """What a change writes; an assignee makes an open alert an assigned one."""
    changed: dict[str, Any] = {}
    if assignee is not None and assignee != (found.assignee or ""):
        changed["assignee"] = assignee or None
        if state is None and found.state in {"open", "assigned"}:
            state = "assigned" if assignee else "open"
    if state == "assigned" and not changed.get("assignee", found.assignee):
        raise AlertConflict("An alert is assigned to somebody: say in `assignee` to whom.")
    if state is not None and state != found.state:
        if state not in NEXT[found.state]:
            allowed = ", ".join(sorted(NEXT[found.state]))
            raise AlertConflict(f"An alert that is {found.state} can't become {state}; it can become {allowed}.")
        changed["state"] = state
        if state in CLOSED:
            changed["open_key"] = None
        elif found.state in CLOSED:
            changed["open_key"] = open_key(found.owner, found.kind, found.subject)
    return changed


def _refuse_second(connection: Connection, key: str, alert_id: str) -> None:
    other = connection.scalar(select(fraud_alerts.c.alert_id).where(fraud_alerts.c.open_key == key))
    if other is not None and other != alert_id:
        raise AlertConflict(f"Alert {other} of the same subject is open by now: go on with that one.")


def _label(connection: Connection, found: Alert, *, is_fraud: bool) -> None:
    sources = select(fraud_alert_sources.c.source).where(fraud_alert_sources.c.alert_id == found.alert_id)
    common = {"owner": found.owner, "is_fraud": is_fraud, "source": f"alert:{found.alert_id}"}
    rows = [
        {**common, "transaction_id": source, "labelled_at": datetime.now(UTC), "applied": False}
        for source in connection.scalars(sources).all()
    ]
    connection.execute(insert(payment_labels), rows)
