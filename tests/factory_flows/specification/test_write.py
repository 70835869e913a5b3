from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from factory_flows.intent.intent import Intent
from factory_flows.specification.constraint import SecurityLevel
from factory_flows.specification.entity import FieldType
from factory_flows.specification.preferences import Preferences
from factory_flows.specification.specification import Specification
from factory_flows.specification.technology import Backend
from factory_flows.specification.violation import SpecificationRefused
from factory_flows.specification.write import slug, write_specification

pytestmark = pytest.mark.factory


def test_a_brief_becomes_a_whole_specification(library: Intent) -> None:
    written = write_specification(library)
    assert [entity.name for entity in written.entities] == ["book", "member", "loan"]
    assert [(field.name, field.type) for field in written.entity("book").fields] == [
        ("title", FieldType.TEXT),
        ("isbn", FieldType.TEXT),
        ("price", FieldType.DECIMAL),
        ("status", FieldType.ENUM),
    ]
    assert [(each.source, each.key, each.reverse, each.limit) for each in written.relations] == [
        ("loan", "member_id", "loans", 3),
        ("loan", "book_id", "loans", None),
    ]
    assert written.stack.backend is Backend.FASTAPI
    assert written.guards.auth
    assert Specification.model_validate_json(written.model_dump_json()) == written
    assert write_specification(library) == written


def test_requirements_are_numbered_and_point_at_the_brief(library: Intent) -> None:
    written = write_specification(library)
    numbers = [each.number for each in written.requirements]
    assert len(set(numbers)) == len(numbers)
    assert {number[0] for number in numbers} == set("FTADU")
    assert all(
        library.brief[each.span.start : each.span.end] == each.span.text for each in written.requirements if each.span
    )
    assert {
        each.text: each.rule for each in written.requirements if "loans each" in each.text or "Sundays" in each.text
    } == {
        "at most three loans each": False,
        "Nobody may borrow on Sundays": True,
    }


def test_what_was_not_said_is_told(library: Intent) -> None:
    written = write_specification(library)
    assert "Nothing is said of what is kept of each Loan: it has “Notes”." in written.assumptions
    assert written.open_questions == ("Which values can the Status of each Book have?",)


def test_all_violations_come_at_once_and_quote_their_sentences(brief: Callable[[str], Any]) -> None:
    told = brief("Keep Things. It needs complexity 14. Coverage of 40 % is enough! Scalability 2, with 99 services.")
    intent = told.intent(
        told.entity("Things"),
        constraints={
            "complexity": (14, "complexity 14"),
            "coverage": (40, "40 %"),
            "scalability": (2, "Scalability 2"),
            "services": (99, "99 services"),
        },
    )
    with pytest.raises(SpecificationRefused) as refused:
        write_specification(intent)
    quoted = {each.constraint: each.span.text for each in refused.value.violations if each.span}
    assert quoted == {
        "complexity": "It needs complexity 14.",
        "scalability": "Scalability 2, with 99 services.",
        "coverage": "Coverage of 40 % is enough!",
        "services": "Scalability 2, with 99 services.",
    }
    assert '"It needs complexity 14.", characters 13 to 36' in str(refused.value)


def test_a_vague_wish_is_no_application(brief: Callable[[str], Any]) -> None:
    intent = brief("Make me something nice").intent(questions=("What should it keep?",))
    with pytest.raises(SpecificationRefused, match=r"name its kinds of things.*What should it keep"):
        write_specification(intent)


def test_a_brief_for_something_else_is_refused(brief: Callable[[str], Any]) -> None:
    told = brief("Fix the Book page")
    with pytest.raises(SpecificationRefused, match="mends an application that is there"):
        write_specification(told.intent(told.entity("Book"), intent="fix_bug"))


def test_more_than_thirty_entities_are_refused(brief: Callable[[str], Any]) -> None:
    names = [f"Thing{chr(65 + n)}" for n in range(26)] + ["Boat", "Car", "Bike", "Train", "Plane"]
    told = brief(", ".join(names))
    with pytest.raises(SpecificationRefused, match="31 kinds of things are named; 30 fit"):
        write_specification(told.intent(*map(told.entity, names)))


def test_more_than_forty_fields_are_refused(brief: Callable[[str], Any]) -> None:
    labels = [f"part {chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(41)]
    told = brief(f"Machine: {', '.join(labels)}.")
    with pytest.raises(SpecificationRefused, match="Machine has 41 fields; 40 fit"):
        write_specification(told.intent(told.entity("Machine", *labels)))


def test_preferences_make_a_form() -> None:
    properties = Preferences.model_json_schema()["properties"]
    assert all(shown.get("description") and shown.get("examples") for shown in properties.values())
    with pytest.raises(ValidationError, match="less than or equal to 100"):
        Preferences(coverage=101)


def test_a_model_that_is_too_large_is_refused(brief: Callable[[str], Any]) -> None:
    names = [f"Item{chr(65 + n)}" for n in range(26)]
    told = brief(", ".join(names))
    relations = [told.relation("n-n", a, b, a) for n, a in enumerate(names) for b in names[n + 1 : n + 3]]
    with pytest.raises(SpecificationRefused, match="has a complexity of 13, and 10 is the most"):
        write_specification(told.intent(*map(told.entity, names), relations=tuple(relations)))


def test_an_unknown_end_of_a_relation_is_refused(brief: Callable[[str], Any]) -> None:
    told = brief("A Loan belongs to a Ghost.")
    intent = told.intent(told.entity("Loan"), relations=(told.relation("n-1", "Loan", "Ghost", "belongs to a Ghost"),))
    with pytest.raises(SpecificationRefused, match="belongs to Ghost, and nothing says what that is"):
        write_specification(intent)


@pytest.mark.parametrize(
    ("level", "auth", "audit", "minutes", "password"),
    [
        ("low", False, False, 60, 8),
        ("medium", False, False, 60, 8),
        ("high", True, False, 60, 12),
        ("critical", True, True, 15, 15),
    ],
)
def test_each_level_switches_on_its_guards(
    brief: Callable[[str], Any], level: str, auth: bool, audit: bool, minutes: int, password: int
) -> None:
    told = brief("Keep Books.")
    guards = write_specification(told.intent(told.entity("Book")), Preferences(security=SecurityLevel(level))).guards
    assert (guards.auth, guards.audit, guards.token_minutes, guards.password_length) == (auth, audit, minutes, password)
    assert (guards.lockout is not None) is auth


@pytest.mark.parametrize(("level", "auth"), [("high", False), ("low", True)])
def test_levels_and_words_that_exclude_each_other_are_refused(
    brief: Callable[[str], Any], level: str, auth: bool
) -> None:
    told = brief(f"Keep Books. Security {level}.")
    intent = told.intent(told.entity("Book"), auth=auth, constraints={"security": (level, level)})
    with pytest.raises(SpecificationRefused, match=f'"Security {level}."'):
        write_specification(intent)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Library loans", "library-loans"),
        ("React", "app-react"),
        ("3 things", "app-3-things"),
        ("🙂", "application"),
        ("class", "app-class"),
    ],
)
def test_slugs_can_name_a_package(title: str, name: str) -> None:
    assert slug(title) == name
