"""Training through its flow on files: what comes back for a test file, and what is said about files that can't be."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest
from pydantic import ValidationError

from blocks.asset_store import AssetStore
from blocks.model_registry import ModelRegistry
from blocks.warehouse import Warehouse
from blocks.warehouse.tables import transaction_verdicts
from flows import (
    FraudTraining,
    FraudTrainingRequest,
    TransactionAnalysisRequest,
    analyze_transactions,
    train_fraud_detector,
)
from models.fraud.ensemble import Ensemble
from models.fraud.simulator import simulate
from tasks.champion import files_of
from tasks.fraud.detector import MODEL
from tasks.fraud.score import LARGE
from tasks.fraud.transaction_file import TransactionFileError

pytestmark = pytest.mark.fraud


def handbook(customers: int = 400, days: int = 52, seed: int = 7) -> pd.DataFrame:
    """Simulated payments in the handbook's columns, and the age group of the payer."""
    made = simulate(customers=customers, terminals=customers, days=days, seed=seed)
    rows = made.transactions
    return pd.DataFrame(
        {
            "TRANSACTION_ID": rows.transaction_id,
            "TX_DATETIME": rows.time,
            "CUSTOMER_ID": rows.customer,
            "TERMINAL_ID": rows.terminal,
            "TX_AMOUNT": rows.amount / 100,
            "TX_FRAUD": rows.label,
            "AGE": made.group,
        }
    )


ROWS = handbook()
START = pd.Timestamp("2026-02-15")
TRAIN, TEST = ROWS[ROWS["TX_DATETIME"] < START], ROWS[ROWS["TX_DATETIME"] >= START]


def stored(name: str, frame: pd.DataFrame) -> str:
    content = frame.to_csv(index=False).encode() if name.endswith(".csv") else frame.to_parquet()
    return AssetStore.default().put(f"uploads/test/{name}", content).uri


def trained(**request: Any) -> FraudTraining:
    quick = {"tuning_trials": 0, "folds": 1, "forest_trees": 10}
    return train_fraud_detector(request=FraudTrainingRequest.model_validate(quick | request))


def test_a_test_file_gets_a_score_for_every_row(prefect_api: str) -> None:
    result = trained(train=stored("train.parquet", TRAIN), test=stored("test.csv", TEST), group_column="AGE")
    assert result.scores is not None
    assert result.scores in result.assets
    with AssetStore.default().open(result.scores.uri) as stream:
        scores = pq.read_table(stream).to_pandas()
    assert list(scores.columns) == ["TRANSACTION_ID", "SCORE"]
    assert sorted(scores["TRANSACTION_ID"]) == sorted(TEST["TRANSACTION_ID"])
    joined = TEST.merge(scores, on="TRANSACTION_ID")
    assert joined["SCORE"].between(0, 1).all()
    assert joined.groupby("TX_FRAUD")["SCORE"].mean().pipe(lambda mean: mean[1] > 5 * mean[0])
    assert {group.group for group in result.groups} == {"18-29", "30-59", "60+"}
    assert sum(group.transactions for group in result.groups) == result.metrics["labelled"].transactions <= len(TEST)
    assert result.ensemble_metrics is not None
    assert result.provenance.data_sha256
    assert FraudTraining.model_validate_json(result.model_dump_json()) == result
    registered = ModelRegistry.default().resolve(MODEL, result.comparison.registry_version)
    assert Ensemble.load(files_of(registered)).card.metrics == result.ensemble_metrics


BAD: dict[str, tuple[Callable[[pd.DataFrame], pd.DataFrame], type[Exception], str]] = {
    "wrong columns": (
        lambda rows: rows.rename(columns={"TX_DATETIME": "WHEN", "CUSTOMER_ID": "WHO"}),
        TransactionFileError,
        "train: the file lacks the columns time, customer_id",
    ),
    "an amount that is no number": (
        lambda rows: rows.assign(TX_AMOUNT=rows["TX_AMOUNT"].where(rows.index != 3)),
        TransactionFileError,
        "train: amount is missing or not a finite number in 1 rows: 4",
    ),
    "one class": (lambda rows: rows.assign(TX_FRAUD=0), ValueError, "0 frauds"),
    "three rows": (lambda rows: rows.head(3), ValueError, "at least 10 of both"),
    "an id twice": (
        lambda rows: rows.assign(TRANSACTION_ID=rows["TRANSACTION_ID"].replace(5, 6)),
        TransactionFileError,
        "transaction_id given twice with other contents: '6'",
    ),
    "labels that are no labels": (
        lambda rows: rows.assign(TX_FRAUD=rows["TX_FRAUD"].astype(float).replace(1.0, 0.5)),
        TransactionFileError,
        "is_fraud is neither 0 nor 1",
    ),
    "no labels": (lambda rows: rows.drop(columns="TX_FRAUD"), ValueError, "train: the file has no labels"),
    "too few days": (lambda rows: rows[rows["TX_DATETIME"] < "2026-02-01"], ValueError, "at least 45 days"),
}


@pytest.mark.parametrize("case", BAD)
def test_files_that_can_not_be_are_refused_with_what_to_do(prefect_api: str, case: str) -> None:
    spoil, error, why = BAD[case]
    with pytest.raises(error, match=why):
        trained(train=stored("bad.csv", spoil(ROWS)))


def test_a_group_column_that_is_not_there_is_named(prefect_api: str) -> None:
    with pytest.raises(
        TransactionFileError, match=r"group_column: the file has no column 'SEX'; it has TRANSACTION_ID"
    ):
        trained(train=stored("train.parquet", TRAIN), group_column="SEX")


def test_a_test_without_a_training_file_is_refused() -> None:
    with pytest.raises(ValidationError, match="go with train"):
        FraudTrainingRequest(test="asset://uploads/test/test.csv")


def test_a_large_file_is_scored_whole_and_its_verdicts_are_those_that_matter(prefect_api: str) -> None:
    rows = handbook(customers=260, days=60, seed=4).drop(columns=["TX_FRAUD", "AGE"])
    assert len(rows) > LARGE
    uri = stored("large.parquet", rows)
    result = analyze_transactions(request=TransactionAnalysisRequest(transactions_uri=uri))
    assert result.transactions == sum(result.counts.values()) == len(rows)
    asset = next(asset for asset in result.assets if asset.name == "scores.parquet")
    with AssetStore.default().open(asset.uri) as stream:
        scores = pq.read_table(stream).to_pandas()
    assert scores["transaction_id"].tolist() == rows["TRANSACTION_ID"].astype(str).tolist()
    assert scores["decision"].value_counts().to_dict() == {name: n for name, n in result.counts.items() if n}
    flagged = scores[scores["decision"] != "approve"]
    kept = {row["transaction_id"]: row["score"] for row in Warehouse.default().read(transaction_verdicts)}
    assert set(flagged["transaction_id"]) <= kept.keys()
    assert len(kept) == max(len(flagged), 500) == result.rows[0].count
    by_id = scores.set_index("transaction_id")["score"]
    assert all(abs(by_id[one] - score) < 1e-6 for one, score in kept.items())
    assert any("score and decision of every payment are in scores.parquet" in warning for warning in result.warnings)
