from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tasks.fraud.payments import content_warnings, from_rows, without_batch
from tasks.fraud.transaction import Transaction

pytestmark = pytest.mark.fraud


def row(**changes: Any) -> Transaction:
    return Transaction.model_validate(
        {"transaction_id": "t1", "time": "2026-01-02T03:04:05Z", "amount": "12.10", "customer_id": "c",
         "terminal_id": "p", "currency": "EUR", **changes}
    )  # fmt: skip


def test_rows_become_columns_in_one_spelling_each_once() -> None:
    batch, warnings = from_rows(
        [row(), row(), row(transaction_id="t2", time="2026-01-02T03:04:05", customer_id="\uff43")]
    )
    assert batch.transaction_id.tolist() == ["t1", "t2"]
    assert batch.customer.tolist() == ["c", "c"]
    assert batch.amount.tolist() == [1210, 1210]
    assert warnings[0] == "1 of 3 rows repeat another exactly and were counted once."
    assert warnings[1] == "1 times carry no offset and were taken as UTC."
    assert "one spelling" in warnings[2]


def test_what_limits_trust_is_said() -> None:
    batch, _ = from_rows(
        [
            row(),
            row(transaction_id="t2", currency="JPY", amount=5),
            row(transaction_id="t3", currency="XXX", terminal_id=None, customer_id="\u0441"),
        ]
    )
    warnings = " ".join(content_warnings(batch))
    assert "state no currency" in warnings
    assert "EUR, JPY, XXX are compared as they are" in warnings
    assert "1 payments name no terminal" in warnings
    assert r"'c' and '\u0441' look alike" in warnings
    assert content_warnings(from_rows([row()])[0]) == []


def test_payments_to_judge_are_not_their_own_history() -> None:
    batch, _ = from_rows([row()])
    history, _ = from_rows([row(), row(transaction_id="t0", time="2026-01-01T00:00:00Z")])
    kept, warnings = without_batch(history, batch)
    assert kept.transaction_id.tolist() == ["t0"]
    assert warnings == ["1 rows of the history are the payments to judge: counted once."]


def test_a_payment_with_another_past_is_refused() -> None:
    batch, _ = from_rows([row()])
    other = replace(batch, amount=np.array([99]))
    with pytest.raises(ValueError, match="'t1' is in the history with other contents"):
        without_batch(other, batch)
