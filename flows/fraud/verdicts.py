"""The record of verdicts that were given in real time."""

from uuid import UUID

from prefect import flow
from pydantic import BaseModel, ConfigDict, Field

from blocks.asset_store import Asset
from blocks.warehouse import Rows
from flows.form import in_declared_order
from models.fraud.decision import Decision
from tasks.fraud.recording import (
    publish_window_artifacts,
    publish_window_files,
    publish_window_rows,
    raise_window_alerts,
    read_window,
    recording_provenance,
    window_opinions,
    window_shadow,
    window_warnings,
)
from tasks.fraud.second_opinion import SecondOpinions
from tasks.fraud.shadow import LiveShadow
from tasks.provenance import Provenance
from tasks.run import run_id


class VerdictRecordingRequest(BaseModel):
    """Which window of verdicts to record."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=in_declared_order)

    window: UUID | None = Field(
        None,
        description="Run whose verdicts to record. Unset: this run's own, as the scorer makes it.",
        examples=["0c0e6a2e-0b1b-4a6e-9a44-2f2a5c6d7e8f"],
    )


class VerdictRecording(BaseModel):
    """Verdicts of a window, as they were answered."""

    model_config = ConfigDict(frozen=True)

    run_id: str = Field(description="The flow run.")
    request: VerdictRecordingRequest
    verdicts: int = Field(description="How many verdicts the window holds.")
    counts: dict[Decision, int] = Field(description="Verdicts by decision.")
    alerts: list[str] = Field(
        [], description="Alerts that payments to review or block raised or added to; /api/v1/fraud/alerts has them."
    )
    second_opinions: SecondOpinions = Field(description="What the slower models see that the verdicts did not.")
    shadow: LiveShadow | None = Field(
        None, description="The challenger beside the model in use, on the same payments; null without a challenger."
    )
    assets: list[Asset]
    rows: list[Rows]
    provenance: Provenance
    warnings: list[str]


@flow(
    name="record-verdicts",
    description="Record the verdicts that were answered in real time: rows, a table and a picture of the window.",
    persist_result=True,
    result_serializer="json",
    retries=3,  # nobody waits for it, and what it records must not be lost to a database that is away for a minute
    retry_delay_seconds=20,
)
def record_verdicts(request: VerdictRecordingRequest) -> VerdictRecording:
    """Rows in the warehouse and artifacts for a window of real-time verdicts; repeating it changes nothing.

    Raises `PaymentStoreAway`, `BlockError` when a store is away.
    """
    window = read_window(str(request.window or run_id()))
    opinions = window_opinions(window)
    shadow, untold = window_shadow(window)
    warnings = [*window_warnings(window), *opinions.warnings, *untold]
    assets = publish_window_files(window)
    rows = publish_window_rows(window)
    alerts = raise_window_alerts(window, opinions)
    publish_window_artifacts(window, assets, [*warnings, *([shadow.text] if shadow else [])])
    return VerdictRecording(
        run_id=run_id(),
        request=request,
        verdicts=len(window.verdicts),
        counts=window.counts,
        alerts=alerts,
        second_opinions=opinions,
        shadow=shadow,
        assets=assets,
        rows=rows,
        provenance=recording_provenance(request, window),
        warnings=warnings,
    )
