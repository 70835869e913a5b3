"""Allow and block lists: one entry a value, in force until it expires or is removed; changes read by revision."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from blocks.fraud_lists import FraudLists, ListConflict, ListEntry, NoSuchEntry
from blocks.fraud_lists.entry import changes
from blocks.payment_store import PaymentStore

pytestmark = [pytest.mark.blocks, pytest.mark.fraud]


@pytest.fixture(params=["postgresql", "sqlite"])
def payments(request: pytest.FixtureRequest, tmp_path: Path) -> PaymentStore:
    sqlite = f"sqlite:///{tmp_path / 'warehouse.db'}"
    store = PaymentStore(sqlite if request.param == "sqlite" else request.getfixturevalue("database_url"))
    store.migrate()
    return store


@pytest.fixture
def lists(payments: PaymentStore) -> FraudLists:
    return FraudLists(payments)


def add(lists: FraudLists, value: str, **more: Any) -> ListEntry:
    given = {"list_name": "block", "field": "device", "reason": "stolen", "by": "ann", **more}
    return lists.add(given.pop("owner", "alice"), value=value, **given)


def test_a_value_that_is_put_again_keeps_its_entry(lists: FraudLists) -> None:
    first = add(lists, "d-1")
    later = datetime.now(UTC) + timedelta(days=1)
    again = add(lists, "d-1", reason="found", expires_at=later)
    assert (again.entry_id, again.reason, again.expires_at) == (first.entry_id, "found", later)
    assert lists.entries("alice") == [again]


def test_a_value_is_on_one_list(lists: FraudLists) -> None:
    first = add(lists, "d-1")
    with pytest.raises(ListConflict, match=f"on the block list .entry {first.entry_id}"):
        add(lists, "d-1", list_name="allow")
    lists.remove(first.entry_id, "alice")
    moved = add(lists, "d-1", list_name="allow")
    assert moved.entry_id != first.entry_id
    assert lists.entries("alice") == [moved]


def test_what_has_expired_is_gone_and_may_come_back(lists: FraudLists) -> None:
    past = datetime.now(UTC) - timedelta(seconds=1)
    gone = add(lists, "d-1", expires_at=past)
    assert lists.entries("alice") == []
    with pytest.raises(NoSuchEntry):
        lists.remove(gone.entry_id)
    assert add(lists, "d-1", list_name="allow").entry_id != gone.entry_id


def test_owners_have_lists_of_their_own(lists: FraudLists) -> None:
    mine, other = add(lists, "d-1"), add(lists, "d-1", owner="bob", list_name="allow")
    assert (lists.entries("alice"), lists.entries("bob")) == ([mine], [other])
    with pytest.raises(NoSuchEntry):
        lists.remove(mine.entry_id, "bob")
    assert lists.entries(None) == [other, mine]
    assert lists.entries(None, list_name="allow", field="device", limit=1) == [other]
    assert lists.entries(None, value="d-2") == []


def test_a_reader_sees_each_change_once_and_removals_too(lists: FraudLists, payments: PaymentStore) -> None:
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda number: add(lists, f"d-{number}"), range(24)))
    assert sorted(entry.revision for entry in made) == list(range(1, 25))
    lists.remove(made[3].entry_id)
    with payments.reading() as connection:
        seen = list(changes(connection, 20))
        assert list(changes(connection, 25)) == []
    assert [entry.revision for entry in seen] == [
        revision for revision in range(21, 26) if revision != made[3].revision
    ]
    assert (seen[-1].entry_id, seen[-1].removed_at is None) == (made[3].entry_id, False)
