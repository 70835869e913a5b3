"""What the watch over forecasts shows and sends."""

import hashlib
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from prefect.artifacts import create_markdown_artifact
from prefect.events import emit_event
from prefect.logging import get_run_logger
from pydantic import BaseModel

from tasks.crypto.drift import BOUNDS_80, BOUNDS_95, CoverageDrift, FeatureDrift
from tasks.provenance import Provenance, code_version, request_digest
from tasks.run import run_id

if TYPE_CHECKING:
    from tasks.crypto.drift import SeenFeatures

DRIFTED: Final = "Drifted"
EVENT: Final = "forecast.drifted"


def alarms(coverage: Sequence[CoverageDrift], features: Sequence[FeatureDrift]) -> list[str]:
    """A line for everything that left its bounds."""
    held = [
        f"{one.model} on {one.timeframe}: the 80 % interval held {one.coverage_80:.0%} and the 95 % interval "
        f"{one.coverage_95:.0%} of {one.steps:,} outcomes"
        for one in coverage
        if one.drifted
    ]
    moved = [
        f"{one.model}: {one.feature} no longer looks like the training data (PSI {one.psi:.2f} over {one.coins} coins)"
        for one in features
        if one.drifted
    ]
    return held + moved


def show_drift(
    coverage: Sequence[CoverageDrift], features: Sequence[FeatureDrift], found: Sequence[str], warnings: Sequence[str]
) -> None:
    """Artifact forecast-drift (markdown), and a warning in the log where something left its bounds."""
    verdict = "Drifted" if found else "Nothing left its bounds"
    lines = [f"# {verdict}\n", *(f"- **{alarm}**" for alarm in found), *(f"- {warning}" for warning in warnings)]
    if coverage:
        lines += ["\n| Model | Step | Outcomes | 80 % held | 95 % held | |", "|---|---|--:|--:|--:|---|"]
        lines += [
            f"| {one.model} | {one.timeframe} | {one.steps:,} | {one.coverage_80:.1%} | {one.coverage_95:.1%} | "
            f"{'drifted' if one.drifted else 'held' if one.judged else 'too few to judge'} |"
            for one in coverage
        ]
        lines.append(
            f"\nBounds: {BOUNDS_80[0]:.0%} to {BOUNDS_80[1]:.0%} and {BOUNDS_95[0]:.0%} to {BOUNDS_95[1]:.0%}."
        )
    if features:
        lines += ["\n| Network | Feature | PSI | |", "|---|---|--:|---|"]
        lines += [
            f"| {one.model} | {one.feature} | {one.psi:.3f} | {'drifted' if one.drifted else 'as in training'} |"
            for one in features
        ]
    create_markdown_artifact("\n".join(lines), key="forecast-drift", description=verdict)
    if found:
        get_run_logger().warning("Forecasts drifted: %s", "; ".join(found))


def raise_alarm(found: Sequence[str], coverage: Sequence[CoverageDrift], features: Sequence[FeatureDrift]) -> None:
    """Send the event forecast.drifted: one for the run, with everything that left its bounds."""
    emit_event(
        event=EVENT,
        resource={"prefect.resource.id": "forecast.watch", "prefect.resource.name": "Forecasts"},
        related=[{"prefect.resource.id": f"prefect.flow-run.{run_id()}", "prefect.resource.role": "flow-run"}],
        payload={
            "alarms": list(found),
            "coverage": [one.model_dump(mode="json") for one in coverage if one.drifted],
            "features": [one.model_dump(mode="json") for one in features if one.drifted],
        },
    )


def drift_warnings(coverage: Sequence[CoverageDrift], seen: "SeenFeatures", fewest: int) -> list[str]:
    """What could not be looked at."""
    warnings = list(seen.warnings)
    if not coverage:
        warnings.append("No forecast was scored in the window: run score-forecasts (hourly, once its schedule is on).")
    few = [f"{one.model} on {one.timeframe}" for one in coverage if not one.judged]
    if few:
        warnings.append(f"Fewer than {fewest:,} outcomes, coverage not judged: {', '.join(few)}.")
    return warnings


def drift_provenance(request: BaseModel, seen: "SeenFeatures") -> Provenance:
    """What was compared with what."""
    return Provenance(
        code_version=code_version(),
        request_sha256=request_digest(request),
        model=seen.facts.name,
        model_version=seen.facts.version,
        weights_sha256=seen.facts.weights_sha256,
        data_source=seen.source,
        data_window=seen.window,
        data_sha256=hashlib.sha256(json.dumps(seen.digests, sort_keys=True).encode()).hexdigest(),
    )
