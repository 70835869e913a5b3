"""Where an analysis comes from."""

from pydantic import BaseModel

from tasks.fraud.payments import Payments
from tasks.fraud.score import Assessment
from tasks.provenance import Provenance, code_version, request_digest


def provenance_of(request: BaseModel, payments: Payments, assessment: Assessment) -> Provenance:
    """The data, model and code behind an analysis."""
    times = payments.batch.time
    return Provenance(
        code_version=code_version(),
        request_sha256=request_digest(request),
        seed=None,
        model=assessment.model,
        model_version=assessment.model_version,
        weights_sha256=assessment.weights_sha256,
        data_source=payments.data_source,
        data_window=f"{times.min()}Z/{times.max()}Z",
        data_sha256=payments.sha256,
    )
