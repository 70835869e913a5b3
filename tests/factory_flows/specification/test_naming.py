import keyword
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory_flows.specification.naming import (
    Unnameable,
    choice_name,
    clean_label,
    distinct,
    entity_name,
    field_name,
    plural,
    plural_label,
    squashed,
)

pytestmark = pytest.mark.factory

NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
LABEL = re.compile(r"[^\x00-\x1f\x7f\u2028\u2029]+")


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Class", "class_record"),
        ("Match", "match_record"),
        ("Case", "case_record"),
        ("Group", "group_record"),
        ("Value", "value_record"),
        ("Session", "session_record"),
        ("Order", "order"),
        ("OrderItem", "order_item"),
        ("HTMLPage", "html_page"),
        ("Größe", "grosse"),
        ("订单", "ding_dan"),
        ("Заказ", "zakaz"),
        ("3D model", "record_3d_model"),
        ("Test result", "record_test_result"),
        ("Robert'); DROP TABLE students;--", "robert_drop_table_students"),
        ("{{ 7*7 }} ${jndi}", "record_7_7_jndi"),
    ],
)
def test_entities_get_names_that_no_language_reserves(label: str, name: str) -> None:
    assert entity_name(label) == name


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("class", "student_class"),
        ("order", "student_order"),
        ("date", "student_date"),
        ("metadata", "student_metadata"),
        ("toString", "student_to_string"),
        ("student", "student_student"),
        ("due date", "due_date"),
        ("E-Mail", "email"),
        ("2nd name", "student_2nd_name"),
    ],
)
def test_fields_get_names_that_no_language_reserves(label: str, name: str) -> None:
    assert field_name(label, "student") == name


@pytest.mark.parametrize("word", [*keyword.kwlist, *keyword.softkwlist[1:], "list", "dict", "str", "int", "object"])
def test_python_s_words_name_nothing(word: str) -> None:
    assert entity_name(word) != word.lower()
    assert field_name(word, "thing") == f"thing_{word.lower()}"


def test_what_has_no_letters_is_refused() -> None:
    with pytest.raises(Unnameable, match="write it with letters"):
        entity_name("🙂")
    with pytest.raises(Unnameable, match="nothing that can be read"):
        clean_label("\u202e\x00")


def test_a_label_can_not_change_the_direction_of_the_text_after_it() -> None:
    assert clean_label("Invoice\u202e\n gpj") == "Invoice gpj"


@pytest.mark.parametrize(
    ("name", "several"),
    [("person", "people"), ("order_item", "order_items"), ("series", "series_records"), ("box", "boxes")],
)
def test_plurals_differ_from_singulars(name: str, several: str) -> None:
    assert plural(name) == several


def test_plural_labels_of_other_languages_are_those_of_the_brief() -> None:
    assert plural_label("Bestellung", "de", "Bestellungen") == "Bestellungen"
    assert plural_label("Bestellung", "de", "für jede Bestellung") == "Bestellung"
    assert plural_label("Order item", "en", "") == "Order items"


@given(st.text(min_size=1, max_size=120))
def test_any_text_gives_safe_names_or_is_refused(text: str) -> None:
    try:
        label = clean_label(text)
        names = [entity_name(text), field_name(text, "customer_order"), choice_name(text, "status")]
    except Unnameable:
        return
    assert len(label) <= 64
    assert LABEL.fullmatch(label)
    for name in [*names, plural(names[0])]:
        assert NAME.fullmatch(name)
        assert len(name) <= 48
        assert not keyword.iskeyword(name)
    assert plural(names[0]) != names[0]


@given(st.lists(st.sampled_from(["order_item", "orderitem", "order", "order_2", "order_item_2"]), max_size=12))
def test_distinct_names_differ_in_every_spelling(names: list[str]) -> None:
    taken: set[str] = set()
    for name in names:
        taken.add(squashed(distinct(name, taken)))
    assert len(taken) == len(names)
