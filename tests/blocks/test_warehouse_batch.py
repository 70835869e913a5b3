"""Rows are checked, and made plain, before any database sees them."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import Column, Integer, LargeBinary, MetaData, String, Table

from blocks.warehouse.batch import checked_rows
from blocks.warehouse.digest import rows_digest
from blocks.warehouse.tables import price_forecasts, transaction_verdicts

pytestmark = pytest.mark.blocks

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


def verdict(**changes: Any) -> dict[str, Any]:
    return {
        "run_id": "run-1",
        "transaction_id": "t1",
        "scored_at": NOON,
        "time": NOON - timedelta(hours=1),
        "customer_id": "c1",
        "terminal_id": "m1",
        "amount_minor": 1299,
        "currency": "EUR",
        "score": 0.25,
        "decision": "approve",
        "reasons": [{"feature": "amount", "contribution": -0.5}],
        "model_version": "3",
        "rules": None,
    } | changes


def test_rows_that_fit_stay_as_they_are() -> None:
    rows = [verdict(), verdict(transaction_id="t2", customer_id="Ægir 東京")]
    assert checked_rows(transaction_verdicts, rows, "run-1") == rows


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"run_id": "run-2"}, "must carry run_id='run-1'"),
        ({"score": float("nan")}, "column score: nan is not finite"),
        ({"score": float("-inf")}, "column score: -inf is not finite"),
        ({"score": True}, "column score: True is not a number"),
        ({"score": "0.5"}, "column score: '0.5' is not a number"),
        ({"score": None}, "column score: needs a value"),
        ({"amount_minor": 12.5}, "column amount_minor: 12.5 is not a whole number"),
        ({"amount_minor": True}, "column amount_minor: True is not a whole number"),
        ({"amount_minor": 1 << 63}, "column amount_minor: 9223372036854775808 does not fit in 64 bits"),
        ({"time": datetime(2026, 1, 2)}, "column time: 2026-01-02 00:00:00 has no time zone"),  # noqa: DTZ001
        ({"time": pd.NaT}, "column time: NaT has no time zone"),
        ({"time": "2026-01-02T00:00:00Z"}, "is not a datetime"),
        ({"currency": "EURO"}, "column currency: 'EUR'… is longer than 3 characters"),
        ({"customer_id": "a\x00b"}, "column customer_id: text cannot hold a NUL character"),
        ({"customer_id": "\ud800"}, "column customer_id: 'utf-8' codec can't encode"),
        ({"customer_id": 7}, "column customer_id: 7 is not text"),
        ({"reasons": [float("nan")]}, "column reasons: Out of range float values are not JSON compliant"),
        ({"reasons": {1, 2}}, "column reasons: Object of type set is not JSON serializable"),
        ({"surprise": 1}, r"row 0 of transaction_verdicts has unknown columns \['surprise'\]"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_a_value_that_does_not_fit_is_refused_by_row_and_column(changes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        checked_rows(transaction_verdicts, [verdict(**changes)], "run-1")


def test_a_column_left_out_is_named() -> None:
    row = verdict()
    del row["decision"]
    with pytest.raises(ValueError, match="row 1 of transaction_verdicts, column decision: needs a value"):
        checked_rows(transaction_verdicts, [verdict(transaction_id="t0"), row], "run-1")


def test_a_column_that_may_be_null_may_be_left_out() -> None:
    notes = Table("notes", MetaData(), Column("run_id", String(36), primary_key=True), Column("stars", Integer))
    assert checked_rows(notes, [{"run_id": "r"}], "r") == [{"run_id": "r", "stars": None}]
    assert checked_rows(notes, [{"run_id": "r", "stars": None}], "r") == [{"run_id": "r", "stars": None}]


def test_a_key_stands_once() -> None:
    with pytest.raises(ValueError, match="row 2 of transaction_verdicts repeats the key run_id, transaction_id"):
        checked_rows(transaction_verdicts, [verdict(), verdict(transaction_id="t2"), verdict(score=0.9)], "run-1")


def test_a_whole_number_keeps_to_its_column() -> None:
    forecast = dict.fromkeys((column.name for column in price_forecasts.columns), "x")
    with pytest.raises(ValueError, match="column step: 2147483648 does not fit in 32 bits"):
        checked_rows(price_forecasts, [forecast | {"run_id": "r", "step": 1 << 31}], "r")


def test_scalars_of_numpy_and_pandas_become_plain_values() -> None:
    (row,) = checked_rows(
        transaction_verdicts,
        [
            verdict(
                score=np.float32(0.5),
                amount_minor=np.int64(7),
                customer_id=np.str_("c"),
                time=pd.Timestamp("2026-01-02T13:00:00+01:00"),
                reasons=({"feature": "a"},),
            )
        ],
        "run-1",
    )
    assert [type(row[name]) for name in ("score", "amount_minor", "customer_id", "time", "reasons")] == [
        float,
        int,
        str,
        datetime,
        list,
    ]
    assert row["time"] == NOON
    assert row["time"].tzinfo is UTC


def test_a_type_without_a_rule_is_no_column_for_rows() -> None:
    pictures = Table("pictures", MetaData(), Column("run_id", String, primary_key=True), Column("image", LargeBinary))
    with pytest.raises(TypeError, match=r"pictures\.image"):
        checked_rows(pictures, [], "r")


def digest(*rows: dict[str, Any]) -> str:
    return rows_digest(checked_rows(transaction_verdicts, rows, "run-1"))


def test_a_digest_is_of_the_rows_whatever_their_order() -> None:
    first, second = verdict(), verdict(transaction_id="t2")
    assert digest(first, second) == digest(second, dict(reversed(first.items())))
    assert digest(first) != digest(first, second) != digest(second)
    assert digest(first) != digest(verdict(score=0.2500000001))


def test_a_digest_knows_a_moment_in_any_time_zone() -> None:
    tokyo = timezone(timedelta(hours=9))
    assert digest(verdict()) == digest(verdict(scored_at=NOON.astimezone(tokyo)))
    assert digest(verdict()) != digest(verdict(scored_at=NOON.replace(tzinfo=tokyo)))
