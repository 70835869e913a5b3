"""Where an analysis comes from."""

from datetime import UTC, datetime

from pydantic import BaseModel

from tasks.market_abuse.assessment import Assessment
from tasks.market_abuse.trading import Trading
from tasks.provenance import Provenance, code_version, request_digest


def provenance_of(request: BaseModel, trading: Trading, assessment: Assessment) -> Provenance:
    """The data, model and code behind an analysis."""
    return Provenance(
        code_version=code_version(),
        request_sha256=request_digest(request),
        seed=0,
        model=assessment.model,
        model_version=assessment.model_version,
        weights_sha256=assessment.weights_sha256,
        data_source=trading.source,
        data_window=_window(trading),
        data_sha256=trading.sha256,
    )


def _window(trading: Trading) -> str | None:
    if trading.first is None or trading.last is None:
        return None
    return f"{moment(trading.first).isoformat()}/{moment(trading.last).isoformat()}"


def moment(seconds: float) -> datetime:
    """A UTC datetime from seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC)
