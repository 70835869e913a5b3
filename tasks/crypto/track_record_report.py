"""What a scoring run leaves behind: the track record's page, and its artifact."""

import hashlib
import json
from typing import Final

from prefect import task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from pydantic import BaseModel

from blocks.asset_store import Asset
from tasks.crypto.kept_asset import put_once
from tasks.crypto.scoring import Scored
from tasks.crypto.track_record import TrackRecord
from tasks.crypto.track_record_page import track_record_markdown, track_record_page
from tasks.provenance import Provenance, code_version, request_digest

PAGE: Final = "track-record.html"


@task(
    name="publish-track-record",
    description="The track record as a page, and on the run's page.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=0.5,
)
def publish_track_record(record: TrackRecord) -> list[Asset]:
    """The page as an asset, and artifact track-record (markdown) with a link to it. Raises `AssetStoreError`."""
    page = put_once(PAGE, lambda: track_record_page(record), "text/html")
    text = f"{track_record_markdown(record)}\n\n[The page, with coverage by day]({page.url})"
    create_markdown_artifact(text, key="track-record", description=f"{record.steps:,} outcomes scored")
    return [page]


def scoring_provenance(request: BaseModel, scored: Scored) -> Provenance:
    """Where the scores are from; their digest is that of the rows."""
    rows = json.dumps(scored.rows, default=str, sort_keys=True).encode()
    times = [row["target_time"] for row in scored.rows]
    return Provenance(
        code_version=code_version(),
        request_sha256=request_digest(request),
        model=", ".join(sorted({row["model"] for row in scored.rows})) or "none",
        model_version=", ".join(sorted({row["model_version"] for row in scored.rows})) or "none",
        data_source=", ".join(sorted({row["exchange"] for row in scored.rows})) or "none",
        data_window=f"{min(times):%Y-%m-%dT%H:%M:%SZ}/{max(times):%Y-%m-%dT%H:%M:%SZ}" if times else None,
        data_sha256=hashlib.sha256(rows).hexdigest(),
    )


def scoring_warnings(scored: Scored) -> list[str]:
    """Markets whose candles could not be had, and gaps."""
    warnings = [f"{market}: its forecasts stay due. {reason}" for market, reason in scored.unreachable.items()]
    if scored.gaps:
        warnings.append(f"{scored.gaps} steps fell into gaps: no candle was traded at their time.")
    return warnings
