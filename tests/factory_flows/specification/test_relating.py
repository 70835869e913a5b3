from collections.abc import Callable
from typing import Any

import pytest

from factory_flows.specification.write import write_specification

pytestmark = pytest.mark.factory


def test_a_round_of_required_relations_is_broken(brief: Callable[[str], Any]) -> None:
    told = brief("A City has a Mayor, a Mayor has a Party, a Party has a City")
    written = write_specification(
        told.intent(
            *map(told.entity, ["City", "Mayor", "Party"]),
            relations=(
                told.relation("n-1", "City", "Mayor", "A City has a Mayor"),
                told.relation("n-1", "Mayor", "Party", "a Mayor has a Party"),
                told.relation("n-1", "Party", "City", "a Party has a City"),
            ),
        )
    )
    assert [(each.required, each.on_delete) for each in written.relations] == [
        (True, "restrict"),
        (True, "restrict"),
        (False, "set_null"),
    ]
    assert "Each Party can be without its City: each would need the other to be there first." in written.assumptions


def test_one_relation_told_twice_is_one(brief: Callable[[str], Any]) -> None:
    told = brief("A Loan belongs to a Member. A Member has up to 5 loans. A Tag has many Posts, a Post has many Tags")
    written = write_specification(
        told.intent(
            *map(told.entity, ["Loan", "Member", "Tag", "Post"]),
            relations=(
                told.relation("n-1", "Loan", "Member", "A Loan belongs to a Member"),
                told.relation("n-1", "Loan", "Member", "A Member has up to 5 loans", 5),
                told.relation("n-n", "Tag", "Post", "A Tag has many Posts"),
                told.relation("n-n", "Post", "Tag", "a Post has many Tags"),
            ),
        )
    )
    assert [(each.key, each.limit) for each in written.relations] == [("member_id", 5), ("post_ids", None)]


def test_an_entity_that_belongs_to_its_own_kind_has_a_role(brief: Callable[[str], Any]) -> None:
    told = brief("A Folder is in a Folder. A Product is related to Products")
    written = write_specification(
        told.intent(
            told.entity("Folder"),
            told.entity("Product"),
            relations=(
                told.relation("n-1", "Folder", "Folder", "A Folder is in a Folder"),
                told.relation("n-n", "Product", "Product", "A Product is related to Products"),
            ),
        )
    )
    assert [(each.key, each.reverse, each.required) for each in written.relations] == [
        ("parent_folder_id", "child_folders", False),
        ("related_product_ids", "related_to_products", False),
    ]


def test_two_relations_between_the_same_have_names_of_their_own(brief: Callable[[str], Any]) -> None:
    told = brief("A Flight has a plane and crew; Member leads, Member flies")
    written = write_specification(
        told.intent(
            told.entity("Flight"),
            told.entity("Member"),
            relations=(
                told.relation("n-1", "Flight", "Member", "Member leads"),
                told.relation("n-n", "Flight", "Member", "Member flies"),
            ),
        )
    )
    assert [(each.key, each.reverse) for each in written.relations] == [
        ("member_id", "flights"),
        ("member_2_ids", "flights_2"),
    ]


def test_parts_go_with_their_whole(brief: Callable[[str], Any]) -> None:
    told = brief("An Order has OrderItems")
    written = write_specification(
        told.intent(
            told.entity("Order"),
            told.entity("OrderItem"),
            relations=(told.relation("n-1", "OrderItem", "Order", "An Order has OrderItems"),),
        )
    )
    assert written.relations[0].on_delete == "cascade"
