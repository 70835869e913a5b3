"""Fraud flows from request to result, files, rows and artifacts, on a real Prefect server."""

import csv
import hashlib
import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pandas as pd
import pytest
from prefect import flow
from prefect.utilities.callables import parameter_schema
from prefect.utilities.schema_tools import validate
from pydantic import ValidationError

from blocks.alert_store import AlertStore
from blocks.asset_store import AssetStore
from blocks.model_registry import ModelRegistry
from blocks.warehouse import Rows, Warehouse
from blocks.warehouse.tables import transaction_verdicts
from flows import (
    FraudTraining,
    FraudTrainingRequest,
    TransactionAnalysis,
    TransactionAnalysisRequest,
    analyze_transactions,
    train_fraud_detector,
)
from models.fraud.detector import FraudDetector, load_detector
from models.fraud.scenario import HANDBOOK_SCENARIOS
from models.fraud.simulator import example_batch, simulate
from tasks.fraud.detector import MODEL
from tasks.fraud.load import load_payments
from tasks.fraud.publish import publish_files, publish_rows
from tasks.fraud.score import score_transactions
from tasks.fraud.transaction_file import TransactionFileError

pytestmark = pytest.mark.fraud


def analyzed(**request: Any) -> TransactionAnalysis:
    return analyze_transactions(request=TransactionAnalysisRequest.model_validate(request))


def artifacts_of(api: str, run: str) -> dict[str, dict[str, Any]]:
    body = {"artifacts": {"flow_run_id": {"any_": [run]}}, "flow_runs": {"id": {"any_": [run]}}}
    artifacts = httpx.post(f"{api}/artifacts/filter", json=body).raise_for_status().json()
    return {found["key"]: found for found in artifacts if found["key"]}  # those without a key are results


def handbook_file(name: str, rows: slice) -> tuple[str, pd.DataFrame]:
    """A file in the handbook's columns in the asset store, and its rows."""
    made = simulate(customers=150, terminals=60, days=60, seed=18, scenarios=HANDBOOK_SCENARIOS).transactions
    frame = pd.DataFrame(
        {
            "TRANSACTION_ID": made.transaction_id,
            "TX_DATETIME": made.time,
            "CUSTOMER_ID": made.customer,
            "TERMINAL_ID": made.terminal,
            "TX_AMOUNT": made.amount / 100,
            "TX_FRAUD": made.label,
        }
    )[rows]
    content = frame.to_csv(index=False).encode() if name.endswith(".csv") else frame.to_parquet()
    return AssetStore.default().put(f"uploads/test/{name}", content).uri, frame


def test_a_planted_fraud_is_blocked_and_explained(prefect_api: str) -> None:
    rows = example_batch(7)
    result = analyzed(transactions=rows)
    verdict = result.verdicts[-1]
    assert (verdict.transaction_id, verdict.decision) == (rows[-1]["transaction_id"], "block")
    assert any("times this customer's 30-day mean" in reason.text for reason in verdict.reasons)
    assert all(reason.contribution > 0 for reason in verdict.reasons)
    assert result.counts == {"approve": 39, "review": 0, "block": 1}
    assert (result.history, result.detector) == ("none", "shipped")
    assert any(warning.startswith("history: none") for warning in result.warnings)
    assert any("simulated payments" in warning for warning in result.warnings)
    assert result.provenance.model_version == verdict.model_version == load_detector().card.version
    assert TransactionAnalysis.model_validate_json(result.model_dump_json()) == result


def test_files_rows_and_artifacts_hold_the_same_verdicts(prefect_api: str) -> None:
    result = analyzed(transactions=example_batch(7))
    scores = {verdict.transaction_id: verdict.score for verdict in result.verdicts}
    store = AssetStore.default()
    with store.open(result.assets[0].uri) as stream:
        listed = list(csv.DictReader(io.StringIO(stream.read().decode())))
    assert {row["transaction_id"]: float(row["score"]) for row in listed} == scores
    with store.open(result.assets[1].uri) as stream:
        assert stream.read(4) == b"\x89PNG"
    stored = Warehouse.default().read(transaction_verdicts)
    assert {row["transaction_id"]: row["score"] for row in stored} == scores
    assert {row["run_id"] for row in stored} == {result.run_id}
    assert result.rows[0].count == 40
    assert stored[-1]["reasons"][0].keys() == {"feature", "value", "contribution", "text"}
    artifacts = artifacts_of(prefect_api, result.run_id)
    assert artifacts.keys() == {"fraud-flagged", "fraud-summary", "fraud-timeline"}
    assert "tx-0040" in artifacts["fraud-flagged"]["data"]
    assert artifacts["fraud-timeline"]["data"] == result.assets[1].url


def test_one_payment_alone(prefect_api: str) -> None:
    result = analyzed(transaction={**example_batch(7)[-1], "loyalty": "gold"})
    assert len(result.verdicts) == result.transactions == 1
    assert result.request is not None
    assert result.request.rows[0].model_extra == {"loyalty": "gold"}


def test_files_with_a_labelled_history_use_all_that_is_known(prefect_api: str) -> None:
    uri, judged = handbook_file("judge.csv", slice(-300, None))
    history_uri, _ = handbook_file("history.parquet", slice(None, -200))  # 100 payments are in both
    result = analyzed(transactions_uri=uri, history_uri=history_uri)
    assert result.history == "labelled"
    assert result.transactions == len(result.verdicts) == 300
    assert any("100 rows of the history are the payments to judge" in warning for warning in result.warnings)
    named = judged[judged["TX_FRAUD"] == 1]["TRANSACTION_ID"].astype(str)
    scores = pd.Series({verdict.transaction_id: verdict.score for verdict in result.verdicts})
    assert scores[named].mean() > 5 * scores.drop(named).mean()
    assert (result.second_opinions.judged, result.second_opinions.warnings) == (300, [])
    queue = AlertStore.default()
    raised = {source for alert_id in result.alerts for source in queue.sources(alert_id)}
    assert raised == {verdict.transaction_id for verdict in result.verdicts if verdict.decision != "approve"} | {
        opinion.transaction_id for opinion in result.second_opinions.stricter
    }
    assert result.provenance.data_source == f"{uri} with history {history_uri}"


def test_large_files_keep_the_highest_scores_in_the_result(prefect_api: str) -> None:
    uri, _ = handbook_file("large.parquet", slice(None, 1200))
    result = analyzed(transactions_uri=uri)
    scores = [verdict.score for verdict in result.verdicts]
    assert (result.transactions, len(scores), result.rows[0].count) == (1200, 500, 1200)
    assert scores == sorted(scores, reverse=True)
    assert any("reasons are given for flagged ones" in warning for warning in result.warnings)


def test_a_large_request_is_named_by_its_digest(prefect_api: str) -> None:
    result = analyzed(transactions=example_batch(7, rows=51))
    assert result.request is None
    assert len(result.provenance.request_sha256) == 64


def test_a_file_that_can_not_be_right_fails_with_its_rows(prefect_api: str) -> None:
    uri = AssetStore.default().put("uploads/test/bad.csv", b"transaction_id,time,amount,customer_id\na,b,c,d\n").uri
    with pytest.raises(TransactionFileError, match=r"transactions_uri: time is missing or not ISO 8601 in 1 rows: 1"):
        analyzed(transactions_uri=uri)
    assert Warehouse.default().read(transaction_verdicts) == []


def test_a_run_that_publishes_twice_leaves_one_of_each(prefect_api: str) -> None:
    request = TransactionAnalysisRequest.model_validate({"transactions": example_batch(7)})

    @flow(name="publishes-twice")
    def publishes_twice() -> tuple[list[Any], list[Rows]]:
        payments = load_payments(request.rows, None, None)
        attempts = [score_transactions(payments) for _ in range(2)]
        return (
            [publish_files(payments, attempt) for attempt in attempts],
            [publish_rows(payments, attempt) for attempt in attempts],
        )

    files, rows = publishes_twice()
    assert files[0] == files[1]
    assert rows[0] == rows[1]
    assert len(Warehouse.default().read(transaction_verdicts)) == 40


ROW = example_batch(0)[0]


@pytest.mark.parametrize(
    ("request_body", "why"),
    [
        ({}, "none is given"),
        ({"transaction": ROW, "transactions": [ROW]}, "transaction and transactions"),
        ({"transactions": []}, "at least 1"),
        ({"transactions": [{**ROW, "transaction_id": f"t{n}"} for n in range(501)]}, "at most 500"),
        ({"transactions": [ROW, {**ROW, "amount": "1.00"}]}, "is given twice with other contents"),
        ({"transactions_uri": "file:///etc/passwd"}, "transactions_uri"),
        ({"transaction": ROW, "model": "mine"}, "model"),
    ],
)
def test_requests_that_can_not_be_are_refused(request_body: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        TransactionAnalysisRequest.model_validate(request_body)


def test_a_single_payment_that_is_wrong_is_told_once() -> None:
    with pytest.raises(ValidationError) as refused:
        TransactionAnalysisRequest.model_validate({"transactions": [{**ROW, "amount": "-1"}]})
    assert [error["loc"] for error in refused.value.errors()] == [("transactions", 0, "amount")]


@pytest.mark.parametrize(
    "changes", [{"customer_id": 42}, {"amount": 12.1}, {"currency": "eur"}, {"terminal_id": "p"}, {"loyalty": "gold"}]
)
def test_the_schema_that_prefect_checks_takes_what_the_flow_takes(changes: dict[str, Any]) -> None:
    body = {"transactions": [{**ROW, **changes}]}
    schema = parameter_schema(analyze_transactions).model_dump_for_openapi()
    assert validate({"request": body}, schema, raise_on_error=True) == []
    assert TransactionAnalysisRequest.model_validate(body).rows


def test_importing_the_flows_loads_nothing_heavy() -> None:
    code = (
        "import sys, flows.fraud\n"
        "heavy = {'pandas', 'xgboost', 'sklearn', 'matplotlib', 'pyarrow', 'iso4217'}\n"
        "print(sorted(heavy & sys.modules.keys()))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def promote_weak_champion(folder: Path) -> int:
    """A champion that only has the first tree of the shipped detector."""
    shipped = load_detector()
    boosters = {name: booster[:1] for name, booster in shipped.boosters.items()}
    digests = {name: hashlib.sha256(booster.save_raw("ubj")).hexdigest() for name, booster in boosters.items()}
    weak = FraudDetector(shipped.card.model_copy(update={"sha256": digests}), boosters)
    registry = ModelRegistry.default()
    files = {path.name: path for path in weak.save(folder)}
    version = registry.register(MODEL, files, metrics={}, data_digest="0" * 64, code_version="test").version
    registry.promote(MODEL, version)
    return version


SMALL = FraudTrainingRequest(customers=600, days=60, seed=3, tuning_trials=0, folds=1, forest_trees=10)


def trained(request: FraudTrainingRequest = SMALL) -> FraudTraining:
    return train_fraud_detector(request=request)


def test_training_promotes_what_beats_the_champion_and_analysis_uses_it(prefect_api: str, tmp_path: Path) -> None:
    weak = promote_weak_champion(tmp_path / "weak")
    result = trained()
    assert result.comparison.rival == "champion"
    assert result.comparison.average_precision > result.comparison.rival_average_precision
    assert result.comparison.promoted
    assert ModelRegistry.default().resolve(MODEL).version == result.comparison.registry_version == weak + 1
    analysis = analyzed(transactions=example_batch(7))
    assert analysis.detector == "champion"
    assert {verdict.model_version for verdict in analysis.verdicts} == {result.model_version}
    assert [asset.name for asset in result.assets] == ["training.png", "model-card.json"]
    assert result.comparison.cost <= result.comparison.rival_cost
    assert {group.group for group in result.groups} == {"18-29", "30-59", "60+"}
    assert result.scores is None
    artifacts = artifacts_of(prefect_api, result.run_id)
    assert {"fraud-training-metrics", "fraud-training-summary", "fraud-training-curves"} <= artifacts.keys()
    again = trained()
    assert again.comparison.registry_version == result.comparison.registry_version
    assert again.model_version == result.model_version
    assert len(ModelRegistry.default().history(MODEL)) == 2


def test_training_on_a_file_without_labels_is_refused(prefect_api: str) -> None:
    made = pd.DataFrame(example_batch(1))
    uri = AssetStore.default().put("uploads/test/unlabelled.csv", made.to_csv(index=False).encode()).uri
    with pytest.raises(ValueError, match="no labels"):
        trained(FraudTrainingRequest(train=uri))


def test_flagged_payments_join_the_queue_once(prefect_api: str) -> None:
    rows = example_batch(7)
    [alert_id] = analyzed(transactions=rows).alerts
    alert = AlertStore.default().alert(alert_id)
    assert (alert.owner, alert.state, alert.hits) == ("local", "open", 1)
    assert alert.subject == f"customer {rows[-1]['customer_id']}"
    assert alert.evidence[0]["transaction_id"] == rows[-1]["transaction_id"]
    assert "times this customer's 30-day mean" in alert.title
    assert analyzed(transactions=rows).alerts == [], "found again it is no news"
