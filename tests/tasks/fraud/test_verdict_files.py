import csv
import io
from datetime import UTC, datetime
from typing import get_args

import pytest

from models.fraud.decision import Decision
from models.fraud.reasons import Reason
from models.fraud.simulator import example_batch
from tasks.fraud.chart import verdict_chart
from tasks.fraud.payments import Payments, from_rows
from tasks.fraud.publish import inert, verdicts_csv
from tasks.fraud.score import Assessment
from tasks.fraud.transaction import Transaction
from tasks.fraud.verdict import Verdict

pytestmark = pytest.mark.fraud


def assessed(*ids: str) -> tuple[Payments, Assessment]:
    rows = [Transaction.model_validate(row) for row in example_batch(1)]
    rows = [row.model_copy(update={"transaction_id": name}) for row, name in zip(rows, ids, strict=False)]
    payments = Payments(from_rows(rows)[0], None, data_source="request", sha256="0", warnings=())
    reason = Reason(feature="amount", value=1.0, contribution=2.0, text="amount $5^2 EUR")
    verdicts = [
        Verdict(
            transaction_id=name,
            score=place / len(ids),
            decision=get_args(Decision)[place % 3],
            reasons=(reason,),
            model_version="v",
            features_as_of=datetime(2026, 1, 1, tzinfo=UTC),
        )
        for place, name in enumerate(ids)
    ]
    return payments, Assessment(
        verdicts, history="none", model="m", model_version="v", weights_sha256="0", detector="shipped", warnings=()
    )


@pytest.mark.parametrize("cell", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", " =1+1", "\uff1d1"])
def test_no_spreadsheet_runs_an_id(cell: str) -> None:
    assert inert(cell) == f"'{cell}"
    payments, assessment = assessed(cell.strip(), "plain")
    rows = list(csv.DictReader(io.StringIO(verdicts_csv(payments, assessment).decode())))
    assert not any(value.startswith(("=", "+", "-", "@")) for row in rows for value in row.values())


def test_quotes_and_commas_survive_the_csv() -> None:
    payments, assessment = assessed('a"b,c;d', "plain")
    rows = list(csv.DictReader(io.StringIO(verdicts_csv(payments, assessment).decode())))
    assert [row["transaction_id"] for row in rows] == ["plain", 'a"b,c;d']


def test_the_same_analysis_draws_the_same_picture() -> None:
    ids = ("$unfinished^math_{", "<b>", "顧客", "x" * 64, "y", *(f"t{n}" for n in range(12)))
    payments, assessment = assessed(*ids)
    picture = verdict_chart(payments, assessment)
    assert picture.startswith(b"\x89PNG")
    assert picture == verdict_chart(payments, assessment)


def test_a_single_payment_can_be_drawn() -> None:
    assert verdict_chart(*assessed("alone")).startswith(b"\x89PNG")
