"""Column by column, rules and lists hit what they hit one payment at a time."""

import math
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.fraud.rules import Listed, Lists, Rule, RuleBook, decide
from models.fraud.rules.columns import CODES, Matches

pytestmark = pytest.mark.fraud

NOON = datetime(2026, 6, 29, 12, tzinfo=UTC)
numbers = st.sampled_from([math.nan, -1.0, 0.0, 2.0, 5.0])
texts = st.sampled_from(["", "DE", "de", "FR", "203.0.113.7"])
comparisons = st.one_of(
    st.fixed_dictionaries(
        {
            "field": st.sampled_from(["customer_count_1h", "amount"]),
            "op": st.sampled_from(["<", "<=", "=", "!=", ">=", ">"]),
            "value": st.sampled_from([0.0, 2.0, 5.0]),
        }
    ),
    st.fixed_dictionaries(
        {"field": st.sampled_from(["country", "ip"]), "op": st.sampled_from(["=", "!="]), "value": texts}
    ),
    st.fixed_dictionaries(
        {"field": st.just("country"), "op": st.sampled_from(["in", "not in"]), "value": st.lists(texts, max_size=3)}
    ),
)
conditions = st.recursive(
    comparisons,
    lambda inner: st.one_of(
        st.fixed_dictionaries({"all": st.lists(inner, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"any": st.lists(inner, min_size=1, max_size=3)}),
    ),
    max_leaves=6,
)
rules = st.lists(
    st.fixed_dictionaries({"outcome": st.sampled_from(["approve", "review", "block"]), "when": conditions}), max_size=3
)
payments = st.lists(st.tuples(numbers, numbers, texts, texts), min_size=1, max_size=8)


@given(rules, payments, st.sampled_from([None, "de", "203.0.113.0/24"]))
def test_columns_hit_what_single_payments_hit(
    given_rules: list[dict[str, object]], rows: list[tuple[float, float, str, str]], listed: str | None
) -> None:
    book = RuleBook(
        rules=tuple(
            Rule.model_validate({"name": f"rule-{n}", "text": "so", **one}) for n, one in enumerate(given_rules)
        )
    )
    lists = Lists()
    if listed is not None:
        lists.put("ip" if "/" in listed else "country", listed, Listed("block", "", 1))
    names = ("customer_count_1h", "amount", "country", "ip")
    columns = {name: np.array(values) for name, values in zip(names, zip(*rows, strict=True), strict=True)}
    matches = Matches.of(columns, len(rows), book, lists, NOON)
    singly = [
        book.evaluate(facts) + lists.hits(facts, NOON) for row in rows for facts in [dict(zip(names, row, strict=True))]
    ]
    assert matches.of_rows(np.arange(len(rows))) == singly
    some = np.arange(len(rows))[::2]
    assert matches.of_rows(some) == singly[::2]
    for by_score, code in CODES.items():
        decided = matches.decide(np.full(len(rows), code, np.int8))
        assert decided.tolist() == [CODES[decide(by_score, hits)] for hits in singly]  # type: ignore[arg-type]  # its names
