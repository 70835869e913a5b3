from collections.abc import Callable
from typing import Any

import pytest

from factory_flows.specification.entity import FieldType
from factory_flows.specification.write import write_specification

pytestmark = pytest.mark.factory


def test_hostile_names_keep_their_labels(brief: Callable[[str], Any]) -> None:
    told = brief('Keep each Class with its class, name and """; DROP TABLE x; --. Keep Größe. Keep 订单 with 价格.')
    written = write_specification(
        told.intent(
            told.entity("Class", "class", "name", '"""; DROP TABLE x; --'),
            told.entity("Groesse", label="Größe"),
            told.entity("Dingdan", "价格", label="订单"),
        )
    )
    assert [(entity.name, entity.plural, entity.label) for entity in written.entities] == [
        ("class_record", "class_records", "Class"),
        ("groesse", "groesses", "Größe"),
        ("dingdan", "dingdans", "订单"),
    ]
    assert [(field.name, field.label) for field in written.entity("class_record").fields] == [
        ("class_record_class", "Class"),
        ("name", "Name"),
        ("drop_table_x", '"""; DROP TABLE x; --'),
    ]
    assert written.entity("dingdan").fields[0].type is FieldType.DECIMAL


def test_what_was_inferred_is_told(brief: Callable[[str], Any]) -> None:
    told = brief("Sell Tickets")
    inferred = told.entity("Ticket").model_copy(update={"origin": "inferred", "confidence": 0.6})
    written = write_specification(told.intent(inferred))
    assert "Ticket is kept, though the brief does not say so outright." in written.assumptions
    assert (written.entities[0].origin, written.entities[0].confidence) == ("inferred", 0.6)


def test_names_that_clash_are_told_apart(brief: Callable[[str], Any]) -> None:
    told = brief("OrderItem, Orderitem, OrderItems")
    written = write_specification(told.intent(*map(told.entity, ["OrderItem", "Orderitem", "OrderItems"])))
    names = [name.replace("_", "") for entity in written.entities for name in (entity.name, entity.plural)]
    assert len(set(names)) == 6
    assert any("is called orderitem_2 in the code" in each for each in written.assumptions)


def test_users_that_sign_in_are_the_accounts(brief: Callable[[str], Any]) -> None:
    told = brief("A User has an email and a password. Keep Books.")
    written = write_specification(told.intent(told.entity("User", "email", "password"), told.entity("Book"), auth=True))
    assert [entity.name for entity in written.entities] == ["book"]
    assert "Users are the accounts that sign in." in written.assumptions


def test_more_of_a_user_is_kept_beside_its_account(brief: Callable[[str], Any]) -> None:
    told = brief("A User has an email, a password and a city. A Book belongs to a User.")
    intent = told.intent(
        told.entity("User", "email", "password", "city"),
        told.entity("Book"),
        relations=(told.relation("n-1", "Book", "User", "A Book belongs to a User"),),
        auth=True,
    )
    written = write_specification(intent)
    assert [field.name for field in written.entity("user_profile").fields] == ["city"]
    assert written.relations[0].target == "user_profile"
    kept = write_specification(intent.model_copy(update={"auth": None}))
    assert [field.name for field in kept.entity("user").fields] == ["email", "password", "city"]


def test_a_field_that_tells_a_relation_again_is_the_relation(brief: Callable[[str], Any]) -> None:
    told = brief("A Book has a title, an author and an id. Author is kept.")
    intent = told.intent(
        told.entity("Book", "title", "author", "id"),
        told.entity("Author"),
        relations=(told.relation("n-1", "Book", "Author", "an author"),),
    )
    written = write_specification(intent)
    assert [field.name for field in written.entity("book").fields] == ["title"]
    assert written.relations[0].key == "author_id"


def test_words_go_before_rules(brief: Callable[[str], Any]) -> None:
    told = brief("Ticket: price, state, code")
    fields = (
        told.field("price", type="integer"),
        told.field("state", choices=("new", "in progress"), required=False),
        told.field("code", unique=True, required=True),
    )
    price, state, code = write_specification(told.intent(told.entity("Ticket", *fields))).entities[0].fields
    assert (price.type, price.minimum) == (FieldType.INTEGER, None)
    assert state.choices == ("state_new", "in_progress")
    assert state.choice_labels == ("new", "in progress")
    assert (code.unique, code.required) == (True, True)


@pytest.mark.parametrize(
    ("label", "kind", "sensitive"),
    [
        ("due date", "date", False),
        ("created on", "date", False),
        ("start time", "datetime", False),
        ("unit price", "decimal", False),
        ("number of seats", "integer", False),
        ("is public", "boolean", False),
        ("email address", "email", True),
        ("phone number", "phone", True),
        ("website", "url", False),
        ("Geburtsdatum", "date", True),
        ("Verkaufspreis", "decimal", False),
        ("日期", "date", False),
        ("備考 notes", "long_text", False),
        ("latitude", "number", False),
        ("colour", "text", False),
        ("blood pressure", "text", True),
    ],
)
def test_types_follow_from_names(brief: Callable[[str], Any], label: str, kind: str, sensitive: bool) -> None:
    told = brief(f"Thing with {label}")
    field = write_specification(told.intent(told.entity("Thing", label))).entities[0].fields[0]
    assert (field.type, field.sensitive) == (kind, sensitive)
