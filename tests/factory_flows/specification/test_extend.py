from collections.abc import Callable
from typing import Any

import pytest

from factory_flows.intent.intent import Intent
from factory_flows.specification.extend import add_feature
from factory_flows.specification.specification import Specification
from factory_flows.specification.violation import SpecificationRefused
from factory_flows.specification.write import write_specification

pytestmark = pytest.mark.factory


@pytest.fixture
def before(library: Intent) -> Specification:
    return write_specification(library)


def test_what_is_new_is_added_and_what_is_there_stays(before: Specification, brief: Callable[[str], Any]) -> None:
    told = brief("Each Book also has a title, a language and belongs to a Shelf with a floor. Books need an edition.")
    after = add_feature(
        before,
        told.intent(
            told.entity("Book", "title", "language", told.field("edition", required=True)),
            told.entity("Shelf", "floor"),
            relations=(told.relation("n-1", "Book", "Shelf", "belongs to a Shelf"),),
            intent="add_feature",
        ),
    )
    assert after.entities[1:3] == before.entities[1:]
    assert after.entities[0].fields[:4] == before.entities[0].fields
    assert [(field.name, field.required) for field in after.entities[0].fields[4:]] == [
        ("language", False),
        ("edition", False),
    ]
    assert after.entity("shelf").fields[0].name == "floor"
    assert after.relations[:2] == before.relations
    assert [(each.key, each.required) for each in after.relations[2:]] == [("shelf_id", False)]
    assert after.requirements[: len(before.requirements)] == before.requirements
    numbers = [each.number for each in after.requirements]
    assert len(set(numbers)) == len(numbers)
    assert "Edition of each Book is optional: those that are there have none." in after.assumptions
    assert "Each Book can be without its Shelf: those that are there have none." in after.assumptions


def test_the_same_feature_a_second_time_is_refused(before: Specification, brief: Callable[[str], Any]) -> None:
    told = brief("Add a Review with a text to the Book")
    feature = told.intent(
        told.entity("Review", "text"),
        told.entity("Book"),
        relations=(told.relation("n-1", "Review", "Book", "to the Book"),),
        intent="add_feature",
    )
    after = add_feature(before, feature)
    assert after.relations[-1].required
    with pytest.raises(SpecificationRefused, match="Nothing in this brief is new to Library"):
        add_feature(after, feature)


def test_a_plural_or_a_label_finds_the_entity_that_is_there(before: Specification, brief: Callable[[str], Any]) -> None:
    told = brief("Books get a colour")
    after = add_feature(before, told.intent(told.entity("Books", "colour"), intent="add_feature"))
    assert [entity.name for entity in after.entities] == ["book", "member", "loan"]
    assert after.entities[0].fields[-1].name == "colour"


def test_a_relation_finds_what_is_there_without_its_being_described(
    before: Specification, brief: Callable[[str], Any]
) -> None:
    told = brief("Add a Fine for each Loan")
    relation = told.relation("n-1", "Fine", "Loan", "for each Loan")
    after = add_feature(before, told.intent(told.entity("Fine"), relations=(relation,), intent="add_feature"))
    assert [(each.source, each.target) for each in after.relations[2:]] == [("fine", "loan")]


def test_a_new_application_is_no_feature(before: Specification, library: Intent) -> None:
    with pytest.raises(SpecificationRefused, match="say what is to be added to Library"):
        add_feature(before, library)


def test_names_that_can_not_be_made_are_refused(before: Specification, brief: Callable[[str], Any]) -> None:
    told = brief("Give the Book a 🙂")
    with pytest.raises(SpecificationRefused, match="write it with letters"):
        add_feature(before, told.intent(told.entity("Book", "🙂"), intent="add_feature"))
