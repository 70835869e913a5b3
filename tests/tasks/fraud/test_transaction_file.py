from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tasks.fraud.transaction_file import TransactionFileError, read_transactions

pytestmark = pytest.mark.fraud

HANDBOOK = pd.DataFrame(
    {
        "TRANSACTION_ID": [1, 2, 3],
        "TX_DATETIME": pd.to_datetime(["2018-04-01 00:00:31", "2018-04-01 00:02:10", "2018-04-02 00:00:00"]),
        "CUSTOMER_ID": [596, 4961, 596],
        "TERMINAL_ID": [3156, 3412, 3156],
        "TX_AMOUNT": [57.16, 81.51, 0.29],
        "TX_FRAUD": [0, 1, 0],
    }
)
OURS = "transaction_id,time,amount,customer_id,terminal_id,currency,is_fraud\n"


def written(folder: Path, text: str) -> Path:
    path = folder / "rows"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_handbook_s_columns_read_the_same_from_parquet_and_csv(tmp_path: Path) -> None:
    HANDBOOK.to_parquet(tmp_path / "a")
    HANDBOOK.to_csv(tmp_path / "b", index=False)
    parquet, csv = (read_transactions(tmp_path / name, max_rows=10) for name in "ab")
    assert parquet[0].digest() == csv[0].digest()
    rows, warnings = parquet
    assert rows.transaction_id.tolist() == ["1", "2", "3"]
    assert rows.amount.tolist() == [5716, 8151, 29]
    assert rows.label.tolist() == [0, 1, 0]
    assert rows.time[0] == np.datetime64("2018-04-01T00:00:31")
    assert warnings == ["3 times carry no offset and were taken as UTC."]


def test_our_columns_with_offsets_currencies_and_missing_labels(tmp_path: Path) -> None:
    text = OURS + "a,2026-01-01T01:00:00+01:00,500,c1,,jpy,\nb,2026-01-01T00:00:00Z,1.5,c2,t9,EUR,1\n"
    rows, warnings = read_transactions(written(tmp_path, "\ufeff" + text), max_rows=10)
    assert warnings == []
    assert rows.amount.tolist() == [500, 150]
    assert rows.terminal.tolist() == ["", "t9"]
    assert rows.label.tolist() == [-1, 1]
    assert (rows.time == np.datetime64("2026-01-01T00:00:00")).all()


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("a,2026-01-01T00:00:00Z,-5,c,t,EUR,0", r"amount is not in 0 to below .* in 1 rows: 1"),
        ("a,2026-01-01T00:00:00Z,nan,c,t,EUR,0", "amount is missing or not a finite number"),
        ("a,2026-01-01T00:00:00Z,1e400,c,t,EUR,0", "amount is missing or not a finite number"),
        ("a,2026-01-01T00:00:00Z,1e12,c,t,EUR,0", "amount is not in 0"),
        ("a,2026-01-01T00:00:00Z,1.234,c,t,EUR,0", "more decimals"),
        ("a,2999-01-01T00:00:00Z,1,c,t,EUR,0", "time is in the future"),
        ("a,1899-01-01T00:00:00Z,1,c,t,EUR,0", "time is before 1970"),
        ("a,soon,1,c,t,EUR,0", "not ISO 8601"),
        ("a,2026-01-01T00:00:00Z,1,,t,EUR,0", "customer_id is missing in 1 rows"),
        ("a,2026-01-01T00:00:00Z,1,c,t,EUX,0", "ISO 4217"),
        ("a,2026-01-01T00:00:00Z,1,c,t,EUR,2", "is_fraud is neither 0 nor 1"),
        ("a,2026-01-01T00:00:00Z,1,c\u0430,t,EUR,0", "look alike"),
        ("a,2026-01-01T00:00:00Z,1," + "c" * 100_000 + ",t,EUR,0", "longer than 64"),
        ('a,"2026-01-01', "neither parquet nor CSV"),
    ],
)
def test_rows_that_can_not_be_are_refused_by_name(tmp_path: Path, row: str, why: str) -> None:
    with pytest.raises(TransactionFileError, match=why):
        read_transactions(written(tmp_path, OURS + row + "\n"), max_rows=10)


def test_an_exact_repeat_counts_once_and_a_conflict_is_refused(tmp_path: Path) -> None:
    row = "a,2026-01-01T00:00:00Z,1,c,t,EUR,0\n"
    rows, warnings = read_transactions(written(tmp_path, OURS + row + row), max_rows=10)
    assert len(rows) == 1
    assert warnings == ["1 rows repeat another exactly and were counted once."]
    with pytest.raises(TransactionFileError, match="'a'; ids must be unique"):
        read_transactions(written(tmp_path, OURS + row + row.replace(",1,", ",2,")), max_rows=10)


def test_ids_in_two_spellings_are_one_and_said(tmp_path: Path) -> None:
    text = OURS + "a,2026-01-01T00:00:00Z,1,\uff231,t,EUR,0\nb,2026-01-01T00:00:00Z,1,C1,t,EUR,0\n"
    rows, warnings = read_transactions(written(tmp_path, text), max_rows=10)
    assert rows.customer.tolist() == ["C1", "C1"]
    assert "one spelling" in warnings[0]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "neither parquet nor CSV"),
        (b"\xff\xfe\x00\x01", "neither parquet nor CSV"),
        (b"PAR1 and then nothing", "parquet file is damaged"),
        (b"a,b\n1,2\n", "lacks the columns transaction_id, time, amount, customer_id"),
        (OURS.encode(), "holds no transactions"),
    ],
)
def test_files_that_are_no_transactions_are_refused(tmp_path: Path, content: bytes, why: str) -> None:
    (tmp_path / "rows").write_bytes(content)
    with pytest.raises(TransactionFileError, match=why):
        read_transactions(tmp_path / "rows", max_rows=10)


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_too_many_rows_are_refused(tmp_path: Path, form: str) -> None:
    getattr(HANDBOOK, f"to_{form}")(tmp_path / "rows", index=False)
    with pytest.raises(TransactionFileError, match="more than 2 transactions"):
        read_transactions(tmp_path / "rows", max_rows=2)


@pytest.mark.parametrize(
    ("column", "values", "why"),
    [
        ("TX_AMOUNT", [1.0, None, 2.0], "amount is missing or not a finite number in 1 rows: 2"),
        ("CUSTOMER_ID", [1, None, 2], "customer_id is missing"),
        ("TX_DATETIME", [1, 2, 3], "not a number"),
        ("TX_FRAUD", [0, 1, 7], "neither 0 nor 1"),
    ],
)
def test_parquet_columns_are_checked_too(tmp_path: Path, column: str, values: list[Any], why: str) -> None:
    HANDBOOK.assign(**{column: values}).to_parquet(tmp_path / "rows")
    with pytest.raises(TransactionFileError, match=why):
        read_transactions(tmp_path / "rows", max_rows=10)
