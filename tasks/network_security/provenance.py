"""Where an analysis or a training comes from."""

from typing import TYPE_CHECKING

from pydantic import BaseModel

from tasks.network_security.assessment import Assessment, moment
from tasks.network_security.traffic import Traffic
from tasks.provenance import Provenance, code_version, request_digest

if TYPE_CHECKING:
    from models.network_security.training import Training


def provenance_of(request: BaseModel, traffic: Traffic, baseline: Traffic | None, assessment: Assessment) -> Provenance:
    """The data, model and code behind an analysis."""
    beside = "" if baseline is None else f" with baseline {baseline.source}"
    return Provenance(
        code_version=code_version(),
        request_sha256=request_digest(request),
        seed=0,
        model=assessment.model,
        model_version=assessment.model_version,
        weights_sha256=assessment.weights_sha256,
        data_source=f"{traffic.source}{beside}",
        data_window=_window(traffic),
        data_sha256=traffic.sha256,
    )


def training_provenance(request: BaseModel, traffic: Traffic, training: "Training", *, seed: int) -> Provenance:
    """The data and code behind a detector."""
    card = training.detector.card
    return Provenance(
        code_version=code_version(),
        request_sha256=request_digest(request),
        seed=seed,
        model=card.name,
        model_version=card.version,
        weights_sha256=training.detector.weights_sha256,
        data_source=card.data.source,
        data_window=_window(traffic),
        data_sha256=traffic.sha256,
    )


def _window(traffic: Traffic) -> str | None:
    """First and last time of the records, where they tell it."""
    if traffic.flows is None or not len(traffic.flows):
        return None
    first, last = moment(float(traffic.flows.time.min())), moment(float(traffic.flows.time.max()))
    return f"{first.isoformat()}/{last.isoformat()}" if first and last else None
