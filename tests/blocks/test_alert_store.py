"""The queue of alerts: each thing raised once, one open alert a subject, changes one after the other."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from blocks.alert_store import AlertChanged, AlertConflict, AlertFilter, AlertSignal, AlertStore, NoSuchAlert
from blocks.payment_store import PaymentStore
from blocks.warehouse.tables import payment_labels

pytestmark = [pytest.mark.blocks, pytest.mark.fraud]

NOON = datetime(2026, 6, 29, 12, tzinfo=UTC)


@pytest.fixture(params=["postgresql", "sqlite"])
def payments(request: pytest.FixtureRequest, tmp_path: Path) -> PaymentStore:
    sqlite = f"sqlite:///{tmp_path / 'warehouse.db'}"
    store = PaymentStore(sqlite if request.param == "sqlite" else request.getfixturevalue("database_url"))
    store.migrate()
    return store


@pytest.fixture
def store(payments: PaymentStore) -> AlertStore:
    return AlertStore(payments)


def signal(source: str, subject: str = "customer c-1", score: float = 0.9, **more: Any) -> AlertSignal:
    given = {"kind": "transaction", "title": f"{source} looks wrong", "seen_at": NOON, "evidence": {"id": source}}
    return AlertSignal(source=source, subject=subject, score=score, **{**given, **more})


def test_signals_of_a_subject_come_together(store: AlertStore) -> None:
    later = NOON + timedelta(hours=1)
    [alert] = store.raise_alerts("alice", [signal("t1", score=0.7), signal("t2", score=0.95, seen_at=later)])
    assert (alert.state, alert.hits, alert.score, alert.version) == ("open", 2, 0.95, 1)
    assert (alert.first_seen, alert.last_seen, alert.title) == (NOON, later, "t2 looks wrong")
    assert [one["id"] for one in alert.evidence] == ["t2", "t1"]
    [grown] = store.raise_alerts("alice", [signal("t3", score=0.8)])
    assert (grown.alert_id, grown.hits, grown.score, grown.title) == (alert.alert_id, 3, 0.95, "t2 looks wrong")
    assert store.sources(alert.alert_id) == ["t1", "t2", "t3"]
    assert [event.event for event in store.history(alert.alert_id)] == ["raised", "hit"]


def test_what_was_raised_before_changes_nothing(store: AlertStore) -> None:
    [alert] = store.raise_alerts("alice", [signal("t1"), signal("t1")])
    assert store.raise_alerts("alice", [signal("t1", score=1.0, title="again")]) == []
    assert store.alert(alert.alert_id) == alert
    assert alert.hits == 1
    store.change(alert.alert_id, by="ann", state="closed")
    assert store.raise_alerts("alice", [signal("t1")]) == [], "not even once it is closed"


def test_owners_kinds_and_subjects_have_alerts_of_their_own(store: AlertStore) -> None:
    found = store.raise_alerts("alice", [signal("t1"), signal("t1", kind="network"), signal("t2", "customer c-2")])
    found += store.raise_alerts("bob", [signal("t1")])
    assert len({alert.alert_id for alert in found}) == 4
    assert [alert.owner for alert in store.alerts(AlertFilter(owner="bob"), limit=10)] == ["bob"]
    with pytest.raises(NoSuchAlert):
        store.alert(found[0].alert_id, owner="bob")


def test_the_queue_is_sorted_and_chosen_from(store: AlertStore) -> None:
    store.raise_alerts("alice", [signal(f"t{n}", f"customer {n}", n / 10) for n in range(1, 10)])
    first = store.alerts(AlertFilter(min_score=0.5), limit=3)
    rest = store.alerts(AlertFilter(min_score=0.5), limit=3, offset=3)
    assert [alert.score for alert in [*first, *rest]] == [0.9, 0.8, 0.7, 0.6, 0.5]
    store.change(first[0].alert_id, by="ann", assignee="ann")
    store.change(first[1].alert_id, by="ann", state="false_positive")
    assert [one.score for one in store.alerts(AlertFilter(assignee="ann"), limit=9)] == [0.9]
    assert [one.score for one in store.alerts(AlertFilter(states=("false_positive",)), limit=9)] == [0.8]
    assert len(store.alerts(AlertFilter(), limit=99)) == 8


def test_an_alert_goes_its_way_and_its_payments_get_their_labels(store: AlertStore, payments: PaymentStore) -> None:
    [alert] = store.raise_alerts("alice", [signal("t1"), signal("t2")])
    taken = store.change(alert.alert_id, by="ann", assignee="ann")
    assert (taken.state, taken.assignee, taken.version) == ("assigned", "ann", 2)
    store.change(alert.alert_id, by="ann", state="escalated", remark="a ring?")
    with pytest.raises(AlertConflict, match=r"escalated can't become open; it can become assigned"):
        store.change(alert.alert_id, by="ann", state="open")
    decided = store.change(alert.alert_id, by="eve", state="confirmed_fraud")
    assert decided.state == "confirmed_fraud"
    with payments.reading() as connection:
        rows = connection.execute(select(payment_labels.c.transaction_id, payment_labels.c.is_fraud)).all()
    assert sorted(map(tuple, rows)) == [("t1", True), ("t2", True)]
    history = store.history(alert.alert_id)
    assert [(event.by, event.event) for event in history] == [
        ("aiflows", "raised"),
        ("ann", "changed"),
        ("ann", "changed"),
        ("eve", "changed"),
    ]
    assert history[2].details == {"state": "escalated", "note": "a ring?"}


def test_a_closed_subject_gets_a_new_alert_and_only_one_is_open(store: AlertStore) -> None:
    [old] = store.raise_alerts("alice", [signal("t1")])
    store.change(old.alert_id, by="ann", state="closed")
    [new] = store.raise_alerts("alice", [signal("t2")])
    assert new.alert_id != old.alert_id
    with pytest.raises(AlertConflict, match=new.alert_id):
        store.change(old.alert_id, by="ann", state="open")
    store.change(new.alert_id, by="ann", state="closed")
    assert store.change(old.alert_id, by="ann", state="open").state == "open"


def test_a_change_of_what_somebody_else_changed_is_refused(store: AlertStore) -> None:
    [alert] = store.raise_alerts("alice", [signal("t1")])
    store.change(alert.alert_id, by="ann", version=1, remark="seen")
    with pytest.raises(AlertChanged, match="version 2"):
        store.change(alert.alert_id, by="eve", version=1, state="closed")
    assert store.alert(alert.alert_id).state == "open"


def test_many_at_once_raise_each_thing_once(store: AlertStore) -> None:
    signals = [signal(f"t{n}", f"customer {n % 3}") for n in range(30)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda first: store.raise_alerts("alice", signals[first : first + 15]), range(16)))
    found = store.alerts(AlertFilter(), limit=99)
    assert len(found) == 3
    assert sum(alert.hits for alert in found) == 30
    events = store.events(0, "alice")
    assert [event.number for event in events] == sorted(event.number for event in events)
    assert sum(event.details["hits"] for event in events) == 30
    assert store.events(events[-1].number, None) == []
    assert store.newest_event() == events[-1].number


def test_hostile_text_is_stored_as_it_is(store: AlertStore) -> None:
    text = "'; DROP TABLE fraud_alerts; -- <script>\u202e =cmd|"
    [alert] = store.raise_alerts("alice", [signal(text, subject=text, title=text)])
    assert store.change(alert.alert_id, by=text, remark=text).title == text
    assert store.history(alert.alert_id)[-1].details == {"note": text}
