"""Network flows from request to verdicts, files, rows and artifacts, on a real Prefect server."""

import io
import subprocess
import sys
from typing import Any

import pandas as pd
import pytest
from prefect.utilities.callables import parameter_schema
from prefect.utilities.schema_tools import validate
from pydantic import ValidationError

from blocks.alert_store import AlertStore
from blocks.asset_store import AssetStore
from blocks.model_registry import ModelRegistry
from blocks.warehouse import Warehouse
from blocks.warehouse.tables import network_findings, network_verdicts
from flows.fraud.network import NetworkAnalysis, NetworkAnalysisRequest, analyze_network_traffic
from flows.fraud.network_training import NetworkTraining, NetworkTrainingRequest, train_network_detector
from models.network_security.rules.rule_set import RuleSet
from tasks.network_security.load import load_traffic
from tasks.network_security.network_file import NetworkFileError
from tests.flows.test_fraud import artifacts_of
from tests.tasks.network_security.records import FLOOD, nsl_population, nsl_row, nsl_text
from tests.tasks.network_security.sessions import office, pcap, scan_hosts, zeek_log

pytestmark = pytest.mark.fraud


def analyzed(**request: Any) -> NetworkAnalysis:
    return analyze_network_traffic(request=NetworkAnalysisRequest.model_validate(request))


def stored(name: str, content: str | bytes) -> str:
    made = content.encode() if isinstance(content, str) else content
    return AssetStore.default().put(f"uploads/test/{name}", made).uri


def test_a_capture_becomes_verdicts_files_rows_and_artifacts(prefect_api: str) -> None:
    sessions = [*office(hours=0.5, hosts=3), *scan_hosts(hosts=30)]
    result = analyzed(records_uri=stored("scan.pcap", pcap(sessions)))
    assert (result.format, result.records, result.decisions["attack"]) == ("pcap", len(sessions), 30)
    [finding] = result.findings
    assert (finding.rule, finding.severity, finding.src) == ("horizontal_scan", "high", "10.0.0.66")
    verdict = result.verdicts[0]
    assert (verdict.decision, verdict.attack_class, verdict.rules_hit) == ("attack", "scan", ("horizontal_scan",))
    assert verdict.src is not None
    assert verdict.src.startswith("10.0.0.66:")
    with AssetStore.default().open(result.assets[0].uri) as stream:
        table = pd.read_parquet(io.BytesIO(stream.read()))
    assert len(table) == len(sessions)
    assert (table["decision"] == "attack").sum() == 30
    with AssetStore.default().open(result.assets[1].uri) as stream:
        assert stream.read(4) == b"\x89PNG"
    rows = Warehouse.default().read(network_verdicts)
    assert len(rows) == result.rows[0].count == min(len(sessions), 500)
    assert {row["run_id"] for row in rows} == {result.run_id}
    [kept] = Warehouse.default().read(network_findings)
    assert (kept["rule"], kept["evidence"]["hosts"]) == ("horizontal_scan", 30)
    artifacts = artifacts_of(prefect_api, result.run_id)
    assert {"network-records", "network-findings", "network-summary", "network-picture"} <= artifacts.keys()
    assert NetworkAnalysis.model_validate_json(result.model_dump_json()) == result
    [alert] = map(AlertStore.default().alert, result.alerts)
    assert (alert.kind, alert.subject, alert.hits) == ("network", "host 10.0.0.66", 1)
    assert analyzed(records_uri=stored("again.pcap", pcap(sessions))).alerts == [], "each is raised once"


def test_rows_of_a_request_are_judged_by_the_shipped_model(prefect_api: str) -> None:
    result = analyzed(records=[nsl_row(), nsl_row(**FLOOD)])
    assert [one.record for one in result.verdicts] == [2, 1]
    assert [one.decision for one in result.verdicts] == ["attack", "normal"]
    assert (result.format, result.classes) == ("nsl-kdd", {"dos": 1, "normal": 1})
    assert result.provenance.model_version == result.judged_by[0].version
    assert result.request is not None


def test_large_requests_and_files_keep_the_highest_scores(prefect_api: str) -> None:
    rows = [nsl_row(src_bytes=200 + place) for place in range(510)]
    result = analyzed(records_uri=stored("many.txt", nsl_text([*rows, nsl_row(**FLOOD)])))
    assert (result.records, len(result.verdicts), result.verdicts[0].record) == (511, 500, 511)
    assert analyzed(records=rows[:51]).request is None


def test_a_baseline_of_another_format_is_refused(prefect_api: str) -> None:
    with pytest.raises(NetworkFileError, match="the baseline is nsl-kdd, the records are zeek-conn"):
        analyzed(
            records_uri=stored("conn.log", zeek_log(office(hours=0.1))),
            baseline_uri=stored("base.txt", nsl_text([nsl_row()])),
        )


def test_a_file_that_can_not_be_right_fails_with_its_rows_and_leaves_nothing(prefect_api: str) -> None:
    bad = nsl_text([nsl_row(), nsl_row(src_bytes=-5)])
    with pytest.raises(NetworkFileError, match="records_uri: src_bytes is negative in 1 records: 2"):
        analyzed(records_uri=stored("bad.txt", bad))
    assert Warehouse.default().read(network_verdicts) == []


def trained(uri: str, **request: Any) -> NetworkTraining:
    return train_network_detector(request=NetworkTrainingRequest(train_uri=uri, **request))


def labelled(seed: int) -> str:
    labels = {"10.0.0.66": "HorizontalPortScan", "10.0.0.3": "Exfiltration"}
    return zeek_log([*office(hours=0.4, hosts=4, seed=seed), *scan_hosts(hosts=60)], labels)


def test_training_makes_a_champion_of_its_format_that_judges_from_then_on(prefect_api: str) -> None:
    result = trained(stored("labelled.log", labelled(1)), description="made up")
    assert result.format == "zeek-conn"
    assert result.comparison.rival == "none"
    assert result.comparison.promoted
    assert {one.attack for one in result.metrics.held_out} == {"horizontalportscan", "exfiltration"}
    analysis = analyzed(records_uri=stored("later.log", zeek_log(office(hours=0.4, seed=7))))
    assert analysis.judged_by[0].applied
    assert "champion" in analysis.judged_by[0].what
    assert analysis.provenance.model_version == result.model_version
    assert (
        analyzed(records_uri=stored("later.log", zeek_log(office(hours=0.4, seed=7))), model="none")
        .judged_by[0]
        .applied
        is False
    )
    again = trained(stored("labelled.log", labelled(1)), description="made up")
    assert again.model_version == result.model_version
    assert again.comparison.registry_version == result.comparison.registry_version
    assert len(ModelRegistry.default().history("network-detector-zeek-conn")) == 1
    artifacts = artifacts_of(prefect_api, result.run_id)
    assert {"network-training-held-out", "network-training-summary", "network-training-picture"} <= artifacts.keys()
    assert [asset.name for asset in result.assets] == ["network-training.png", "network-model-card.json"]


def test_training_for_a_format_with_a_shipped_model_has_it_for_a_rival(prefect_api: str) -> None:
    rows, labels = nsl_population(normal=150, each=30)
    result = trained(stored("nsl.txt", nsl_text(rows, labels=labels)))
    found, rival = result.comparison.average_precision, result.comparison.rival_average_precision
    assert result.comparison.rival == "shipped"
    assert rival is not None
    assert result.comparison.promoted == (found > rival)
    assert "may have been trained on such attacks" in result.comparison.rival_measured


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("plain.log", zeek_log(office(hours=0.1)), "have no labels"),
        ("one.txt", nsl_text([nsl_row()], labels=["normal"]), "holds 0 attacks"),
        ("scan.pcap", pcap(scan_hosts()), "have no labels"),
    ],
)
def test_training_without_labels_or_attacks_is_refused(prefect_api: str, name: str, content: Any, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        trained(stored(name, content))


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({}, "exactly one of records and records_uri"),
        ({"records": [{"a": 1}], "records_uri": "asset://uploads/a/b.csv"}, "exactly one"),
        ({"records": []}, "at least 1"),
        ({"records": [{"a": 1}] * 501}, "at most 500"),
        ({"records": [{}]}, "at least 1"),
        ({"records": [{"a": "x" * 1025}]}, "at most 1024"),
        ({"records": [{"a": [1]}]}, "records"),
        ({"records_uri": "file:///etc/passwd"}, "records_uri"),
        ({"records": [{"a": 1}], "model": "../../etc"}, "model"),
        ({"records": [{"a": 1}], "rules": {"scan": {"hosts": 0}}}, "greater than or equal to 5"),
        ({"records": [{"a": 1}], "format": "csv"}, "format"),
        ({"records": [{"a": 1}], "image": "evil"}, "image"),
    ],
)
def test_requests_that_can_not_be_are_refused(body: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        NetworkAnalysisRequest.model_validate(body)


def test_the_schema_that_prefect_checks_takes_what_the_flow_takes() -> None:
    body = {"records": [nsl_row()], "rules": RuleSet().model_dump(mode="json"), "model": "none"}
    schema = parameter_schema(analyze_network_traffic).model_dump_for_openapi()
    assert validate({"request": body}, schema, raise_on_error=True) == []
    assert NetworkAnalysisRequest.model_validate(body).records


def test_importing_the_flows_loads_nothing_heavy() -> None:
    code = (
        "import sys, flows.fraud.network, flows.fraud.network_training\n"
        "heavy = {'pandas', 'xgboost', 'sklearn', 'skops', 'matplotlib', 'pyarrow', 'dpkt', 'cypcap'}\n"
        "print(sorted(heavy & sys.modules.keys()))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_traffic_of_a_request_has_one_digest(prefect_api: str) -> None:
    first, _ = load_traffic([nsl_row()], None, None, "auto")
    again, _ = load_traffic([dict(reversed(nsl_row().items()))], None, None, "auto")
    assert first.sha256 == again.sha256
