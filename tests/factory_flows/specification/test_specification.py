"""A specification that someone edited is checked as a whole."""

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from factory_flows.intent.intent import Intent
from factory_flows.specification.specification import Specification
from factory_flows.specification.write import write_specification

pytestmark = pytest.mark.factory

Edit = Callable[[dict[str, Any]], None]


def at(path: str, value: Any) -> Edit:
    """Sets `entities.0.fields.1.name` and the like."""

    def edit(written: dict[str, Any]) -> None:
        *folders, last = path.split(".")
        place: Any = written
        for folder in folders:
            place = place[int(folder)] if folder.isdigit() else place[folder]
        place[last] = value

    return edit


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (at("entities.1.name", "book"), "two entities are called book"),
        (at("entities.1.plural", "book"), "two entities are called book"),
        (at("entities.0.name", "class"), "entity class is called by a word of a programming language"),
        (at("entities.0.plural", "select"), "word of a programming language"),
        (at("entities.0.plural", "users"), "/users is kept for the accounts"),
        (at("entities.0.name", "Book"), "should match pattern"),
        (at("entities.0.fields", []), "at least 1 item"),
        (at("entities.0.fields.0.name", "isbn"), "isbn is two of its fields"),
        (at("entities.0.fields.0.name", "is_bn"), "isbn is two of its fields"),
        (at("entities.0.fields.0.name", "created_at"), "created_at is two of its fields, relations, their keys"),
        (at("entities.2.fields.0.name", "member_id"), "member_id is two of its fields"),
        (at("entities.1.fields.0.name", "loans"), "loans is two of its fields"),
        (at("entities.0.fields.0.name", "class"), "its field class is called by a word"),
        (at("entities.0.fields.0.name", "order"), "its field order is called by a word"),
        (at("entities.0.fields.0.minimum", 3), "only numbers have a minimum"),
        (at("entities.0.fields.2.maximum", -1), "its minimum 0 is above its maximum -1"),
        (at("entities.0.fields.2.default", "12.345"), "is no decimal"),
        (at("entities.0.fields.2.default", "-1"), "not within its bounds"),
        (at("entities.0.fields.3.default", "gone"), "is no enum of its kind"),
        (at("entities.0.fields.3.choices", []), "an enum has choices"),
        (at("entities.0.fields.3.choice_labels", ["One"]), "3 choices and 1 labels"),
        (at("entities.0.fields.0.default", "x" * 201), "longer than 200"),
        (at("entities.0.fields.1.default", "x"), "what is unique has no default"),
        (at("entities.0.fields.0.label", "a\x00b"), "should match pattern"),
        (at("relations.0.target", "ghost"), "there is no entity ghost"),
        (at("relations.0.on_delete", "set_null"), "is required, and would be set to null"),
        (at("relations.1.role", "member"), "member is two of its fields, relations"),
        (at("requirements.0.entities", ["ghost"]), "F-1: there is no entity ghost"),
        (at("guards.level", "high"), None),
        (at("guards.auth", False), None),
        (at("guards.level", "critical"), "critical writes an audit"),
        (at("guards", {"level": "medium", "auth": False, "lockout": 3}), "need people who sign in"),
        (at("coverage", 60), "greater than or equal to 70"),
        (at("scalability", 4), "greater than or equal to 5"),
        (at("complexity", 11), "less than or equal to 10"),
        (at("slug", "../../etc"), "should match pattern"),
    ],
)
def test_edits_that_do_not_fit_are_refused(library: Intent, edit: Edit, message: str | None) -> None:
    written = write_specification(library).model_dump(mode="json")
    edit(written)
    if message is None:
        Specification.model_validate(written)
        return
    with pytest.raises(ValidationError, match=message):
        Specification.model_validate(written)


def test_rounds_of_required_relations_are_refused(library: Intent) -> None:
    written = write_specification(library).model_dump(mode="json")
    written["relations"].append(
        {**written["relations"][0], "source": "member", "target": "loan", "role": "loan", "reverse": "members"}
    )
    with pytest.raises(ValidationError, match="loan needs member needs loan: none of them could ever be made"):
        Specification.model_validate(written)


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("integer", 2**53 - 1, 2**53),
        ("number", 1.5, "1.5"),
        ("boolean", True, 1),
        ("date", "2026-05-01", "2026-05-32"),
        ("datetime", "2026-05-01T10:00:00Z", "2026-05-01T10:00:00"),
        ("email", "a@b.org", "a@b"),
        ("url", "https://b.org", "javascript:alert(1)"),
        ("text", "a", "a\nb"),
        ("decimal", "12.50", "NaN"),
    ],
)
def test_defaults_are_of_their_field_s_type(library: Intent, kind: str, good: Any, bad: Any) -> None:
    written = write_specification(library).model_dump(mode="json")
    written["entities"][0]["fields"][0] |= {"type": kind, "default": good}
    Specification.model_validate(written)
    written["entities"][0]["fields"][0]["default"] = bad
    with pytest.raises(ValidationError, match="default"):
        Specification.model_validate(written)
