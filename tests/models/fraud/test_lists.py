"""Lists: what is the same value, what is hit, and until when."""

from datetime import UTC, datetime, timedelta

import pytest

from models.fraud.rules import Listed, ListField, Lists, spelled

pytestmark = pytest.mark.fraud

NOON = datetime(2026, 6, 29, 12, tzinfo=UTC)


def lists(field: ListField, value: str, **more: object) -> Lists:
    made = Lists()
    made.put(field, spelled(field, value), Listed(**{"list": "block", "reason": "", "revision": 7, **more}))  # type: ignore[arg-type]  # as given
    return made


@pytest.mark.parametrize(
    ("field", "listed", "paid"),
    [
        ("customer_id", "Card-1", "card-1"),
        ("customer_id", "ＣＡＲＤ-1 ", "card-1"),  # noqa: RUF001 - full-width letters are meant
        ("device", "caf\u00e9", "cafe\u0301"),
        ("country", "de", "DE"),
        ("ip", "203.0.113.7", "203.0.113.7"),
        ("ip", "2001:DB8::0:1", "2001:db8::1"),
        ("ip", "203.0.113.7", "::ffff:203.0.113.7"),
        ("ip", "203.0.113.9/24", "203.0.113.250"),
        ("ip", "2001:db8::/32", "2001:db8:ffff::1"),
    ],
)
def test_one_value_in_its_spellings_is_hit(field: ListField, listed: str, paid: str) -> None:
    [hit] = lists(field, listed, reason="stolen").hits({field: paid}, NOON)
    assert (hit.outcome, hit.version) == ("block", "7")
    assert hit.rule == f"block-list-{field.replace('_', '-')}"
    assert hit.text.endswith("is on the block list: stolen")


@pytest.mark.parametrize(
    ("field", "listed", "paid"),
    [
        ("customer_id", "card-1", "card-11"),
        ("customer_id", "pay", "р\u0430y"),  # noqa: RUF001 - Cyrillic letters are others, however alike
        ("ip", "203.0.113.0/24", "203.0.114.1"),
        ("ip", "203.0.113.7", "no address"),
        ("country", "DE", None),
        ("country", "DE", ""),
    ],
)
def test_another_value_is_not(field: ListField, listed: str, paid: str | None) -> None:
    assert lists(field, listed).hits({field: paid}, NOON) == ()


def test_an_entry_holds_until_it_expires_or_is_taken_off() -> None:
    made = lists("device", "d-1", list="allow", expires_at=NOON)
    assert [hit.outcome for hit in made.hits({"device": "d-1"}, NOON - timedelta(microseconds=1))] == ["approve"]
    assert made.hits({"device": "d-1"}, NOON) == ()
    made.put("device", "d-1", Listed("block", "", 8))
    assert [hit.outcome for hit in made.hits({"device": "d-1"}, NOON)] == ["block"]
    made.put("device", "d-1", None)
    assert made.hits({"device": "d-1"}, NOON) == ()
    assert made.fields == ()


@pytest.mark.parametrize("value", ["", "  ", "300.0.0.1", "0.0.0.0/0", "10.0.0.0/7", "2000::/3", "10.0.0.0/33", "x"])
def test_what_is_no_address_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        spelled("ip", value)
