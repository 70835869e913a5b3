import pytest
from pydantic import TypeAdapter, ValidationError

from tasks.fraud.identifier import Identifier, checked, look_alikes, normalised

pytestmark = pytest.mark.fraud


@pytest.mark.parametrize(
    ("given", "spelled"),
    [("tx-1", "tx-1"), (" tx-1 ", "tx-1"), ("\uff54\uff58\uff11", "tx1"), ("\ufb01rm", "firm"), ("Ünal", "Ünal")],
)
def test_one_spelling_for_an_id(given: str, spelled: str) -> None:
    assert normalised(given) == spelled
    assert checked(given) == given


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("C\u0430rd-1", "look alike"),  # a Cyrillic a
        ("\u03b1lpha", "look alike"),
        ("tx\u200b1", "invisible"),
        ("tx\u202e1", "invisible"),
        ("tx\x00", "invisible"),
        ("tx\n1", "invisible"),
        ("   ", "blank"),
    ],
)
def test_hidden_and_look_alike_letters_are_refused(given: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        checked(given)


@pytest.mark.parametrize("given", ["\u043a\u043b\u0438\u0435\u043d\u0442-7", "顧客7", "العميل", "顧客customer"])
def test_other_alphabets_are_welcome(given: str) -> None:
    assert checked(given) == given


def test_ids_that_a_person_can_not_tell_apart_are_found() -> None:
    assert look_alikes(["AC-1", "\u0410\u0421-1", "\u043a\u043b\u0438\u0435\u043d\u0442"]) == [
        ("AC-1", "\u0410\u0421-1")
    ]
    assert look_alikes(["AC-1", "AC-2"]) == []


def test_numbers_are_ids_too_and_lengths_are_bounded() -> None:
    adapter: TypeAdapter[str] = TypeAdapter(Identifier)
    assert adapter.validate_python(42) == "42"
    for wrong in ("x" * 65, "", True, 1.5, None, ["a"]):
        with pytest.raises(ValidationError):
            adapter.validate_python(wrong)
