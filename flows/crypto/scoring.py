"""The scoring of past forecasts, and the track record."""

from datetime import UTC, datetime

from prefect import flow
from pydantic import BaseModel, ConfigDict, Field

from blocks.asset_store import Asset
from blocks.warehouse import Rows
from flows.form import in_declared_order
from tasks.crypto.scoring import find_due, score_due, store_scores
from tasks.crypto.track_record import TrackRecord, fetch_track_record
from tasks.crypto.track_record_report import publish_track_record, scoring_provenance, scoring_warnings
from tasks.provenance import Provenance
from tasks.run import run_id


class ForecastScoringRequest(BaseModel):
    """Which past forecasts to score."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=in_declared_order)

    limit: int = Field(
        20_000, ge=1, le=200_000, description="Most steps to score in this run, the newest first.", examples=[20_000]
    )
    days: int = Field(90, ge=1, le=730, description="Days that the track record reaches back.", examples=[90])


class ForecastScoring(BaseModel):
    """What was scored, and the track record with it."""

    model_config = ConfigDict(frozen=True)

    run_id: str = Field(description="The flow run.")
    request: ForecastScoringRequest = Field(description="What was asked for.")
    due: int = Field(description="Steps whose time had come and that nobody had scored.")
    scored: int = Field(description="Steps scored by this run; less than found where another run was first.")
    gaps: int = Field(description="Of these, steps whose candle was never traded: no error, never looked for again.")
    waiting: int = Field(description="Steps left for a later run, as their candles could not be had yet.")
    track_record: TrackRecord = Field(description="By model and coin, this run's scores among them.")
    assets: list[Asset] = Field(description="The track record as a page.")
    rows: list[Rows] = Field(description="Rows in the warehouse.")
    provenance: Provenance = Field(description="Enough to make it again.")
    warnings: list[str] = Field(description="What a reader should know.")


@flow(
    name="score-forecasts",
    description="Scores past forecasts whose time has come against the candles since, and keeps the track record.",
    persist_result=True,
    result_serializer="json",
)
def score_forecasts(request: ForecastScoringRequest) -> ForecastScoring:
    """Steps that are due -> candles since -> scores -> track record. Raises `WarehouseError`, `AssetStoreError`.

    An exchange that can't be reached is a warning, and its forecasts stay due. Safe to repeat, and beside another run.
    """
    now = datetime.now(UTC)
    due = find_due(now, request.limit)
    scored = score_due(due, now)
    rows = store_scores(scored.rows)
    record = fetch_track_record(request.days, now)
    assets = publish_track_record(record)
    return ForecastScoring(
        run_id=run_id(),
        request=request,
        due=len(due),
        scored=rows.count,
        gaps=scored.gaps,
        waiting=scored.waiting,
        track_record=record,
        assets=assets,
        rows=[rows],
        provenance=scoring_provenance(request, scored),
        warnings=scoring_warnings(scored),
    )
