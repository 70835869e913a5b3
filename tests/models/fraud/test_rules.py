"""Rules: what they ask, what they hit, and what the decision is then."""

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from models.fraud.features import FEATURES
from models.fraud.rules import RuleBook, RuleHit, decide, default_rules
from models.fraud.rules.condition import NUMBERS

pytestmark = pytest.mark.fraud


def book(when: dict[str, Any], **more: Any) -> RuleBook:
    return RuleBook.model_validate(
        {"rules": [{"name": "one", "outcome": "review", "when": when, "text": "so", **more}]}
    )


def hits(when: dict[str, Any], **facts: float | str | None) -> bool:
    return bool(book(when).evaluate(facts))


def test_rules_may_ask_about_every_feature() -> None:
    assert set(FEATURES) == NUMBERS


@pytest.mark.parametrize(
    ("op", "value", "known", "held"),
    [
        (">=", 5, 5.0, True),
        (">", 5, 5.0, False),
        ("<", 5, 4.9, True),
        ("<=", 5, 5.1, False),
        ("=", 1, 1.0, True),
        ("!=", 1, 0.0, True),
        ("!=", 1, float("nan"), False),
        (">=", -1, float("nan"), False),
        (">=", -1, None, False),
    ],
)
def test_numbers_are_compared_and_the_unknown_never_hits(op: str, value: int, known: float | None, held: bool) -> None:
    assert hits({"field": "customer_count_1h", "op": op, "value": value}, customer_count_1h=known) is held
    assert not hits({"field": "customer_count_1h", "op": op, "value": value})


def test_texts_are_compared_whatever_their_case() -> None:
    abroad = {"field": "country", "op": "not in", "value": ["DE", "FR"]}
    assert hits(abroad, country="us")
    assert not hits(abroad, country="de")
    assert not hits(abroad, country="")
    assert hits({"field": "channel", "op": "=", "value": "ONLINE"}, channel="online")


def test_conditions_combine() -> None:
    small = {"field": "amount", "op": "<", "value": 500}
    fast = {"field": "customer_count_10m", "op": ">=", "value": 3}
    for amount, count in itertools.product((100.0, 900.0), (1.0, 9.0)):
        facts = {"amount": amount, "customer_count_10m": count}
        assert hits({"all": [small, fast]}, **facts) == (amount < 500 and count >= 3)
        assert hits({"any": [small, {"all": [fast]}]}, **facts) == (amount < 500 or count >= 3)


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ({"field": "__class__", "op": "=", "value": "x"}, "no field that rules know"),
        ({"field": "amount", "op": "in", "value": ["1"]}, "is a number"),
        ({"field": "amount", "op": ">", "value": "many"}, "is a number"),
        ({"field": "country", "op": ">", "value": "DE"}, "is a text"),
        ({"field": "country", "op": "in", "value": "DE"}, "is a text"),
        ({"field": "amount", "op": "~", "value": 1}, "op"),
        ({"all": []}, "all"),
        ("import os", "when"),
    ],
)
def test_what_is_no_condition_is_refused(when: Any, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        book(when)


def test_a_rule_that_is_off_hits_nothing_and_names_are_unique() -> None:
    always = {"field": "amount", "op": ">=", "value": 0}
    assert not book(always, enabled=False).evaluate({"amount": 1.0})
    rule = book(always).rules[0].model_dump()
    with pytest.raises(ValidationError, match="given twice: one"):
        RuleBook.model_validate({"rules": [rule, rule]})


def test_another_bound_is_another_version() -> None:
    few, many = (book({"field": "customer_count_1h", "op": ">=", "value": bound}) for bound in (5, 6))
    assert few.version != many.version
    assert few.version == book({"field": "customer_count_1h", "op": ">=", "value": 5}).version
    assert RuleBook.model_validate_json(few.model_dump_json()) == few


@pytest.mark.parametrize(
    ("by_score", "outcomes", "decided"),
    [
        ("approve", [], "approve"),
        ("approve", ["review"], "review"),
        ("review", ["block"], "block"),
        ("block", ["review"], "block"),
        ("review", ["approve"], "approve"),
        ("approve", ["approve", "review"], "approve"),
        ("block", ["approve"], "review"),
        ("approve", ["approve", "block"], "block"),
    ],
)
def test_score_rules_and_lists_decide_together(by_score: Any, outcomes: list[Any], decided: str) -> None:
    said = [RuleHit(rule="r", version="1", outcome=outcome, text="so") for outcome in outcomes]
    assert decide(by_score, said) == decided


def test_the_rules_that_come_with_the_code_find_what_they_say() -> None:
    usual = dict.fromkeys(FEATURES, 0.0) | {"amount_to_customer_mean_30d": 1.0, "seconds_since_last": 86_400.0}
    assert default_rules().evaluate(usual) == ()
    tried = usual | {"customer_count_10m": 25.0, "amount_to_customer_mean_30d": 0.1}
    assert [hit.rule for hit in default_rules().evaluate(tried)] == ["card-testing", "burst"]
    taken = usual | {"new_device": 1.0, "new_country": 1.0, "amount_to_customer_mean_30d": 5.0}
    assert [(hit.rule, hit.outcome) for hit in default_rules().evaluate(taken)] == [("account-takeover", "review")]


@given(st.dictionaries(st.sampled_from(sorted(NUMBERS)), st.floats() | st.none()))
def test_whatever_is_known_rules_answer(facts: dict[str, float | None]) -> None:
    assert all(hit.text for hit in default_rules().evaluate(facts))
