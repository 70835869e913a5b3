"""What an analysis leaves behind: parquets, pictures, rows, and artifacts on the run's page."""

import io
import json
from typing import TYPE_CHECKING, Any, Final

from prefect import task
from prefect.artifacts import create_image_artifact, create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE

from blocks.asset_store import Asset, AssetStore
from blocks.warehouse import Rows, Warehouse
from models.market_abuse.finding import Finding
from tasks.market_abuse.assessment import Assessment
from tasks.market_abuse.plain import plain
from tasks.market_abuse.provenance import moment
from tasks.market_abuse.trading import Trading
from tasks.run import asset_path, run_id

if TYPE_CHECKING:
    import pyarrow as pa

FINDINGS, FLAGGED, SCORES = "findings.parquet", "flagged-trades.parquet", "account-scores.parquet"
PARQUET: Final = "application/vnd.apache.parquet"
LISTED: Final = 50
MOST_ROWS: Final = 20_000
NAMED: Final = 8


@task(
    name="publish-market-files",
    description="Findings and flagged trades as parquet, and the pictures, as assets of the run.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=0.5,
)
def publish_files(trading: Trading, assessment: Assessment) -> list[Asset]:
    """The findings, the trades that belong to them, and a picture a kind of finding. Raises `AssetStoreError`."""
    from tasks.market_abuse.pictures import pictures_of  # noqa: PLC0415 - drawing is loaded when it is needed

    store = AssetStore.default()
    assets = [store.put(asset_path(FINDINGS), findings_parquet(assessment), PARQUET)]
    if trading.trades is not None:
        assets.append(store.put(asset_path(FLAGGED), flagged_parquet(trading, assessment), PARQUET))
    if assessment.account_scores is not None:
        assets.append(store.put(asset_path(SCORES), scores_parquet(trading, assessment), PARQUET))
    for name, picture in pictures_of(trading, assessment).items():
        assets.append(store.put(asset_path(f"{name}.png"), picture, "image/png"))
    return assets


def findings_parquet(assessment: Assessment) -> bytes:
    """All findings as parquet, the surest first; the same findings give the same bytes."""
    import pyarrow as pa  # noqa: PLC0415 - pyarrow where it is used

    found = assessment.findings
    time = pa.timestamp("us", "UTC")
    return _bytes(
        pa.table(
            {
                "finding": pa.array(range(1, len(found) + 1), pa.int64()),
                "kind": pa.array([one.kind for one in found], pa.string()),
                "score": pa.array([one.score for one in found], pa.float64()),
                "accounts": pa.array([list(one.accounts) for one in found], pa.list_(pa.string())),
                "symbol": pa.array([one.symbol for one in found], pa.string()),
                "first": pa.array([None if one.first is None else moment(one.first) for one in found], time),
                "last": pa.array([None if one.last is None else moment(one.last) for one in found], time),
                "events": pa.array([one.events for one in found], pa.int64()),
                "volume": pa.array([one.volume for one in found], pa.float64()),
                "evidence": pa.array([json.dumps(one.evidence) for one in found], pa.string()),
                "reasons": pa.array([list(one.reasons) for one in found], pa.list_(pa.string())),
                "measured_on": pa.array([one.measured_on for one in found], pa.string()),
            }
        )
    )


def flagged_parquet(trading: Trading, assessment: Assessment) -> bytes:
    """The trades that belong to findings, in the order of the file: row (1 is the first), id, finding and its kind."""
    import numpy as np  # noqa: PLC0415 - numpy where it is used
    import pyarrow as pa  # noqa: PLC0415 - pyarrow where it is used

    trades = trading.trades
    assert trades is not None  # noqa: S101 - asked for where there are trades
    lengths = [len(member) for member in assessment.members]
    places = np.concatenate([np.empty(0, np.intp), *assessment.members])
    finding = np.repeat(np.arange(1, len(lengths) + 1), lengths)
    kinds = np.array([one.kind for one in assessment.findings], dtype=object)
    order = np.lexsort((finding, trades.row[places]))
    return _bytes(
        pa.table(
            {
                "row": trades.row[places][order],
                "trade_id": pa.array(trades.id[places][order].tolist(), pa.string()),
                "time": pa.array(trades.time[places][order], pa.timestamp("us", "UTC")),
                "finding": finding[order],
                "kind": pa.array(kinds[finding[order] - 1].tolist() if len(kinds) else [], pa.string()),
            }
        )
    )


def scores_parquet(trading: Trading, assessment: Assessment) -> bytes:
    """The probability of fraud of every account, in the order of the file."""
    import numpy as np  # noqa: PLC0415 - numpy where it is used
    import pyarrow as pa  # noqa: PLC0415 - pyarrow where it is used

    assert trading.accounts is not None  # noqa: S101 - asked for where there are accounts
    return _bytes(
        pa.table(
            {
                "row": np.arange(1, len(trading) + 1),
                "account": pa.array(trading.accounts.names, pa.string()),
                "score": assessment.account_scores,
            }
        )
    )


def _bytes(table: "pa.Table") -> bytes:
    import pyarrow.parquet as pq  # noqa: PLC0415 - pyarrow where it is used

    output = io.BytesIO()
    pq.write_table(table, output, compression="zstd")
    return output.getvalue()


@task(
    name="publish-market-rows",
    description="Findings as rows of market_findings.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=0.5,
)
def publish_rows(assessment: Assessment) -> list[Rows]:
    """One row a finding, the 20,000 surest at most. Raises `WarehouseError`.

    Their time is when the run's parquet was first stored, so that a run which is repeated publishes the same rows.
    """
    from blocks.warehouse.tables import market_findings  # noqa: PLC0415 - SQLAlchemy where it is used

    run, at = run_id(), AssetStore.default().stat(asset_path(FINDINGS)).created
    rows = [
        {
            "run_id": run,
            "finding": place,
            "found_at": at,
            "kind": one.kind,
            "score": one.score,
            "accounts": list(one.accounts),
            "symbol": one.symbol,
            "first_time": None if one.first is None else moment(one.first),
            "last_time": None if one.last is None else moment(one.last),
            "events": one.events,
            "volume": one.volume,
            "evidence": one.evidence,
            "reasons": list(one.reasons),
            "measured_on": one.measured_on,
            "model_version": assessment.model_version,
        }
        for place, one in enumerate(assessment.findings[:MOST_ROWS], 1)
    ]
    return [Warehouse.default().publish(market_findings, rows, run_id=run)]


def publish_artifacts(trading: Trading, assessment: Assessment, assets: list[Asset], warnings: list[str]) -> None:
    """The findings as a table, a summary, and the pictures, on the run's page."""
    if assessment.findings:
        create_table_artifact(
            [_listed(one) for one in assessment.findings[:LISTED]],
            key="market-findings",
            description="What was found, the surest first.",
        )
    create_markdown_artifact(
        _summary(trading, assessment, assets, warnings), key="market-summary", description="Trading analysis"
    )
    for asset in assets:
        if asset.media_type == "image/png":
            name = asset.name.removesuffix(".png")
            create_image_artifact(asset.url, key=name, description=f"The evidence: {name.replace('-', ' ')}.")


def _listed(finding: Finding) -> dict[str, Any]:
    more = f" and {len(finding.accounts) - NAMED:,} more" if len(finding.accounts) > NAMED else ""
    return {
        "kind": finding.kind,
        "score": f"{finding.score:.4f}",
        "who": plain(", ".join(finding.accounts[:NAMED]) + more),
        "from": "" if finding.first is None else f"{moment(finding.first):%Y-%m-%d %H:%M:%S}",
        "to": "" if finding.last is None else f"{moment(finding.last):%Y-%m-%d %H:%M:%S}",
        "events": finding.events,
        "volume": f"{finding.volume:,.8g}",
        "why": plain(" ".join(finding.reasons[:2])),
    }


def _summary(trading: Trading, assessment: Assessment, assets: list[Asset], warnings: list[str]) -> str:
    counts = ", ".join(f"{count:,} {kind.replace('_', ' ')}" for kind, count in assessment.counts().items())
    lines = [
        "# Trading",
        f"**{len(trading):,} {trading.subject.replace('_', ' ')}**: {counts or 'nothing found'}.",
        *(
            f"- **{one.detector.replace('_', ' ')}** {'' if one.applied else 'was not applied: '}{plain(one.what)}"
            for one in assessment.judged_by
        ),
        *(f"- {one.score:.3f} {plain(one.reasons[0])}" for one in assessment.findings[:10]),
        *(f"- [{asset.name}]({asset.url}) ({asset.bytes:,} bytes)" for asset in assets),
    ]
    if warnings:
        lines += ["## Mind", *(f"- {plain(warning)}" for warning in warnings)]
    return "\n\n".join(lines)
