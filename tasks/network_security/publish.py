"""What an analysis leaves behind: a parquet of all verdicts, the picture, rows, and artifacts on the run's page."""

import io
import json
from typing import TYPE_CHECKING, Any, Final

from prefect import task
from prefect.artifacts import create_image_artifact, create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE

from blocks.asset_store import Asset, AssetStore
from blocks.warehouse import Rows, Warehouse
from tasks.markdown import literal
from tasks.network_security.assessment import Assessment, moment
from tasks.network_security.traffic import Traffic
from tasks.run import asset_path, run_id

if TYPE_CHECKING:
    import pyarrow as pa

VERDICTS, CHART = "network-verdicts.parquet", "network-traffic.png"
LISTED: Final = 50
MOST_ROWS: Final = 20_000
LEAST_ROWS: Final = 500


@task(
    name="publish-network-files",
    description="All verdicts as parquet, and the picture of the traffic, as assets of the run.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=0.5,
)
def publish_files(traffic: Traffic, assessment: Assessment) -> list[Asset]:
    """The parquet, one row a record in the order of the file, and the chart. Raises `AssetStoreError`."""
    from tasks.network_security.picture import traffic_picture  # noqa: PLC0415 - drawing is loaded when it is needed

    store = AssetStore.default()
    return [
        store.put(asset_path(VERDICTS), verdicts_parquet(traffic, assessment), "application/vnd.apache.parquet"),
        store.put(asset_path(CHART), traffic_picture(traffic, assessment), "image/png"),
    ]


def verdicts_parquet(traffic: Traffic, assessment: Assessment) -> bytes:
    """All verdicts as parquet; the same verdicts give the same bytes."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - pyarrow where it is used

    output = io.BytesIO()
    pq.write_table(_table(traffic, assessment), output, compression="zstd")
    return output.getvalue()


def _table(traffic: Traffic, assessment: Assessment) -> "pa.Table":
    import numpy as np  # noqa: PLC0415 - numpy where it is used
    import pyarrow as pa  # noqa: PLC0415 - pyarrow where it is used

    count, flows = len(traffic), traffic.flows
    nothing = [None] * count
    findings, hits = assessment.findings, assessment.hits or [[]] * count
    return pa.table(
        {
            "record": np.arange(1, count + 1),
            "time": pa.array(
                nothing if flows is None else [moment(time) for time in flows.time.tolist()], pa.timestamp("us", "UTC")
            ),
            "src": pa.array(nothing if flows is None else flows.src.tolist(), pa.string()),
            "src_port": pa.array(nothing if flows is None else flows.src_port.tolist(), pa.int32()),
            "dst": pa.array(nothing if flows is None else flows.dst.tolist(), pa.string()),
            "dst_port": pa.array(nothing if flows is None else flows.dst_port.tolist(), pa.int32()),
            "score": assessment.score,
            "attack_class": pa.array(assessment.attack_class.tolist(), pa.string()),
            "novelty": assessment.novelty,
            "decision": pa.array(assessment.decision.tolist(), pa.string()),
            "rules_hit": pa.array(
                [[findings[place].rule for place in places] for places in hits], pa.list_(pa.string())
            ),
            "reasons": pa.array(
                [
                    json.dumps([reason.model_dump() for reason in assessment.reasons.get(row, ())], ensure_ascii=True)
                    for row in range(count)
                ],
                pa.string(),
            ),
        }
    )


@task(
    name="publish-network-rows",
    description="Flagged verdicts as rows of network_verdicts, findings as rows of network_findings.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=0.5,
)
def publish_rows(traffic: Traffic, assessment: Assessment) -> list[Rows]:
    """Rows of the flagged records and the highest scores, and of the findings. Raises `WarehouseError`.

    Their time is when the run's parquet was first stored, so that a run which is repeated publishes the same rows.
    """
    from blocks.warehouse.tables import network_findings, network_verdicts  # noqa: PLC0415 - SQLAlchemy where it is used

    run, at = run_id(), AssetStore.default().stat(asset_path(VERDICTS)).created
    flagged = int((assessment.decision != "normal").sum())
    chosen = assessment.ranked()[: min(max(flagged, LEAST_ROWS), MOST_ROWS)]
    verdicts = [assessment.verdict(traffic, row).model_dump() for row in chosen.tolist()]
    stored = [
        {**verdict, "reasons": list(verdict["reasons"]), "rules_hit": list(verdict["rules_hit"]), "run_id": run,
         "judged_at": at, "format": traffic.format, "model_version": assessment.model_version}
        for verdict in verdicts
    ]  # fmt: skip
    findings = [
        {
            **finding.model_dump(exclude={"first", "last", "text"}),
            "run_id": run,
            "finding": place,
            "found_at": at,
            "rules_version": assessment.judged_by[-1].version,
            "first_time": moment(finding.first),
            "last_time": moment(finding.last),
            "description": finding.text,
        }
        for place, finding in enumerate(assessment.findings[:MOST_ROWS], 1)
    ]
    warehouse = Warehouse.default()
    return [
        warehouse.publish(network_verdicts, stored, run_id=run),
        warehouse.publish(network_findings, findings, run_id=run),
    ]


def publish_artifacts(traffic: Traffic, assessment: Assessment, assets: list[Asset], warnings: list[str]) -> None:
    """The flagged records and the findings as tables, a summary, and the picture, on the run's page."""
    create_table_artifact(
        _records(traffic, assessment), key="network-records", description="Records of the highest scores."
    )
    if assessment.findings:
        create_table_artifact(
            [
                {"rule": found.rule, "severity": found.severity, "src": found.src, "dst": found.dst or "many",
                 "flows": found.flows, "what": plain(found.text)}
                for found in assessment.findings[:LISTED]
            ],
            key="network-findings",
            description="What the rules found.",
        )  # fmt: skip
    create_markdown_artifact(
        _summary(traffic, assessment, assets, warnings), key="network-summary", description="Network analysis"
    )
    chart = next(asset for asset in assets if asset.name == CHART)
    create_image_artifact(chart.url, key="network-picture", description="Traffic over time, top talkers, and why.")


def _records(traffic: Traffic, assessment: Assessment) -> list[dict[str, Any]]:
    verdicts = [assessment.verdict(traffic, row) for row in assessment.ranked()[:LISTED].tolist()]
    return [
        {
            "record": verdict.record,
            "from": verdict.src or "",
            "to": verdict.dst or "",
            "score": f"{verdict.score:.4f}",
            "class": plain(verdict.attack_class),
            "decision": verdict.decision,
            "why": plain("; ".join(reason.text for reason in verdict.reasons[:3])),
        }
        for verdict in verdicts
    ]


def _summary(traffic: Traffic, assessment: Assessment, assets: list[Asset], warnings: list[str]) -> str:
    counts = assessment.counts()
    classes = ", ".join(f"{plain(name)} {count:,}" for name, count in assessment.classes().items() if name != "normal")
    lines = [
        "# Network traffic",
        f"**{len(traffic):,} {traffic.format} records**: {counts['attack']:,} attacks, {counts['watch']:,} to watch, "
        f"{counts['normal']:,} normal.",
        f"Classes: {classes or 'normal only'}. Threshold {assessment.threshold.score:.3f}: {assessment.threshold.how}",
        *(
            f"- **{one.judge}** {'' if one.applied else 'was not applied: '}{plain(one.what)}"
            for one in assessment.judged_by
        ),
        *(f"- {found.severity}: {plain(found.text)}" for found in assessment.findings[:10]),
        *(f"- [{asset.name}]({asset.url}) ({asset.bytes:,} bytes)" for asset in assets),
    ]
    if warnings:
        lines += ["## Mind", *(f"- {plain(warning)}" for warning in warnings)]
    return "\n\n".join(lines)


def plain(text: str) -> str:
    """Text that Markdown and HTML leave alone, and that no spreadsheet takes for a formula."""
    text = literal(text)
    return f"'{text}" if text.lstrip().startswith(("=", "+", "-", "@")) else text
