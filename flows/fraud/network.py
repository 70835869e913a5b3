"""Verdicts with reasons on network traffic."""

from typing import Annotated, Self

from prefect import flow
from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictFloat, StrictInt, StrictStr, model_validator

from blocks.asset_store import Asset
from blocks.source import SourceUri
from blocks.warehouse import Rows
from flows.form import in_declared_order
from models.network_security.rules.finding import Finding
from models.network_security.rules.rule_set import RuleSet
from tasks.network_security.alerts import raise_network_alerts
from tasks.network_security.judge import judge_traffic
from tasks.network_security.load import load_traffic
from tasks.network_security.network_file import Format
from tasks.network_security.provenance import provenance_of
from tasks.network_security.publish import publish_artifacts, publish_files, publish_rows
from tasks.network_security.read import Asked
from tasks.network_security.verdict import Decision, JudgedBy, Threshold, Verdict
from tasks.provenance import Provenance
from tasks.run import run_id

MAX_ROWS = 500
SHOWN_ROWS = 50
SHOWN_FINDINGS = 500

Name = Annotated[str, Field(min_length=1, max_length=64)]
Text = Annotated[StrictStr, Field(max_length=1024)]
Record = Annotated[dict[Name, StrictBool | StrictInt | StrictFloat | Text | None], Field(min_length=1, max_length=200)]
# `min_length` would count the records that are right, and say of a single wrong one that none was given as well.
Records = Annotated[tuple[Record, ...], Field(max_length=MAX_ROWS, json_schema_extra={"minItems": 1})]


class NetworkAnalysisRequest(BaseModel):
    """Traffic to judge: exactly one of `records` and `records_uri`."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=in_declared_order)

    records_uri: SourceUri | None = Field(
        None,
        description="NSL-KDD, UNSW-NB15 or CICIDS2017 records (CSV or parquet), Zeek's conn.log (with its header, "
        "or JSON), or a packet capture (pcap, pcapng); up to 512 MiB and 500,000 records or flows.",
        examples=["asset://uploads/3f2a/capture.pcap"],
    )
    records: Records | None = Field(
        None,
        description="1 to 500 records of one of the formats, each with its columns by name.",
        examples=[[{"ts": 1, "id.orig_h": "10.0.0.5", "id.resp_h": "10.0.0.9", "id.resp_p": 22, "proto": "tcp"}]],
    )
    format: Asked = Field(
        "auto", description="auto tells the format by content and by column names.", examples=["auto"]
    )
    baseline_uri: SourceUri | None = Field(
        None,
        description="Ordinary traffic of the same network in the same format: what it shows is known to the rules, and "
        "novelty is measured against it where no model was trained.",
        examples=["asset://uploads/3f2a/last-week.conn.log"],
    )
    model: str = Field(
        "auto",
        pattern=r"^(auto|shipped|none|[1-9]\d{0,5})$",
        description="auto: the champion of the registry for the format, else the shipped one (NSL-KDD only). shipped, "
        "none, or a version of the registry.",
        examples=["auto"],
    )
    rules: RuleSet = Field(RuleSet(), description="The rules' parameters, all of them bounded.")

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.records is None) == (self.records_uri is None):
            raise ValueError("give exactly one of records and records_uri")
        if self.records == ():
            raise ValueError("records is empty: give at least 1 record")
        return self


class NetworkAnalysis(BaseModel):
    """Verdicts on traffic, and how they came about."""

    model_config = ConfigDict(frozen=True, protected_namespaces=())

    run_id: str = Field(description="The flow run.")
    request: NetworkAnalysisRequest | None = Field(
        description="What was asked; null above 50 records in the body: `provenance.request_sha256` identifies it."
    )
    format: Format = Field(description="Format that was found.")
    records: int = Field(description="How many records or flows were judged.")
    verdicts: list[Verdict] = Field(description="The 500 of the highest scores, highest first; all are in the parquet.")
    decisions: dict[Decision, int] = Field(description="Records by decision.")
    classes: dict[str, int] = Field(description="Records by class, most first.")
    findings: list[Finding] = Field(description="What the rules found, the gravest first; at most 500.")
    judged_by: list[JudgedBy] = Field(description="Model, novelty and rules: which were applied, and why not.")
    threshold: Threshold
    alerts: list[str] = Field(
        [], description="Alerts that findings and attacks raised or added to; /api/v1/fraud/alerts has them."
    )
    assets: list[Asset]
    rows: list[Rows]
    provenance: Provenance
    warnings: list[str]


@flow(
    name="analyze-network-traffic",
    description="Judge network traffic: attack class, novelty, scans, brute force, exfiltration and beacons, and why.",
    persist_result=True,
    result_serializer="json",
)
def analyze_network_traffic(request: NetworkAnalysisRequest) -> NetworkAnalysis:
    """Verdicts with reasons for records given as rows or as a file.

    Raises `NetworkFileError` for a file that can't be right, `BlockError` when a uri can't be read or a store is away.
    """
    traffic, baseline = load_traffic(request.records, request.records_uri, request.baseline_uri, request.format)
    assessment = judge_traffic(traffic, baseline, request.rules, request.model)
    assets = publish_files(traffic, assessment)
    rows = publish_rows(traffic, assessment)
    alerts = raise_network_alerts(traffic, assessment)
    warnings = [*traffic.warnings, *assessment.warnings]
    publish_artifacts(traffic, assessment, assets, warnings)
    return NetworkAnalysis(
        run_id=run_id(),
        request=request if len(request.records or ()) <= SHOWN_ROWS else None,
        format=traffic.format,
        records=len(traffic),
        verdicts=[assessment.verdict(traffic, row) for row in assessment.ranked()[:MAX_ROWS].tolist()],
        decisions=assessment.counts(),
        classes=assessment.classes(),
        findings=assessment.findings[:SHOWN_FINDINGS],
        judged_by=assessment.judged_by,
        threshold=assessment.threshold,
        alerts=alerts,
        assets=assets,
        rows=rows,
        provenance=provenance_of(request, traffic, baseline, assessment),
        warnings=warnings,
    )
