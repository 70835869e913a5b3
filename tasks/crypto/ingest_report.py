"""What an ingestion leaves behind: its outcomes as a file and a table, its rows, provenance and warnings."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from prefect import task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from pydantic import BaseModel

from blocks.asset_store import Asset, AssetStore
from blocks.warehouse import Rows, Warehouse
from tasks.crypto.ingest import SeriesOutcome
from tasks.provenance import Provenance, code_version, request_digest
from tasks.run import asset_path

OUTCOMES: Final = "ingestion.json"


@task(
    name="publish-ingestion",
    description="The outcome of each series as a file, and as a table on the run's page.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=0.5,
)
def publish_ingestion(outcomes: Sequence[SeriesOutcome], exchange: str) -> list[Asset]:
    """Asset ingestion.json and artifact ingested-candles (table). Raises `AssetStoreError`."""
    store, path = AssetStore.default(), asset_path(OUTCOMES)
    if store.exists(path):  # of this run's first attempt: what is published stays
        file = Asset(**store.stat(path).model_dump(include=set(Asset.model_fields)))
    else:
        content = json.dumps([outcome.model_dump(mode="json") for outcome in outcomes], indent=1)
        file = store.put(path, content.encode(), "application/json")
    told = f"{sum(outcome.new for outcome in outcomes):,} new candles of {exchange}"
    create_table_artifact([_line(outcome) for outcome in outcomes], key="ingested-candles", description=told)
    return [file]


def written_rows(outcomes: Sequence[SeriesOutcome]) -> Rows:
    """Rows of the table of candles that this run wrote. Raises `WarehouseError`."""
    from blocks.warehouse.tables import candles  # noqa: PLC0415 - SQLAlchemy where it is used

    count = sum(outcome.new + outcome.revised for outcome in outcomes)
    return Warehouse.default().merge(candles, []).model_copy(update={"count": count})


def ingestion_provenance(request: BaseModel, outcomes: Sequence[SeriesOutcome], data_source: str) -> Provenance:
    """Where the candles are from; the digest is over what was written."""
    digests = [outcome.digest or "" for outcome in outcomes]
    starts = [outcome.stored_from for outcome in outcomes if outcome.stored_from]
    ends = [outcome.stored_until for outcome in outcomes if outcome.stored_until]
    return Provenance(
        code_version=code_version(),
        request_sha256=request_digest(request),
        model="none",
        model_version="none",
        data_source=data_source,
        data_window=f"{min(starts):%Y-%m-%dT%H:%M:%SZ}/{max(ends):%Y-%m-%dT%H:%M:%SZ}" if starts and ends else None,
        data_sha256=hashlib.sha256("\n".join(digests).encode()).hexdigest(),
    )


def ingestion_warnings(outcomes: Sequence[SeriesOutcome], quote: str) -> list[str]:
    """Series that were refused, gaps, impossible and revised candles, and another currency than was asked for."""
    warnings = []
    for outcome in outcomes:
        name = f"{outcome.symbol}/{outcome.quote} {outcome.timeframe}"
        if outcome.reason:
            warnings.append(f"{name} was refused: {outcome.reason}")
        if outcome.missing:
            warnings.append(f"{name}: the exchange lacks {outcome.missing:,} candles, which stay gaps.")
        if outcome.bad_ticks:
            warnings.append(f"{name}: {outcome.bad_ticks:,} impossible candles were dropped.")
        if outcome.revised:
            warnings.append(f"{name}: the exchange has revised {outcome.revised:,} candles.")
    if others := sorted({outcome.quote for outcome in outcomes} - {quote}):
        warnings.append(f"Prices are in {', '.join(others)}, not in {quote}.")
    return warnings


def _line(outcome: SeriesOutcome) -> dict[str, str | int]:
    return {
        "series": f"{outcome.symbol}/{outcome.quote} {outcome.timeframe}",
        "state": outcome.state,
        "new": outcome.new,
        "revised": outcome.revised,
        "missing": outcome.missing,
        "bad ticks": outcome.bad_ticks,
        "stored from (UTC)": _shown(outcome.stored_from),
        "stored until (UTC)": _shown(outcome.stored_until),
        "reason": outcome.reason or "",
    }


def _shown(time: datetime | None) -> str:
    return f"{time:%Y-%m-%d %H:%M}" if time else ""
