"""Where an analysis comes from."""

from typing import TYPE_CHECKING

from pydantic import BaseModel

from tasks.fraud.payments import Payments
from tasks.fraud.score import Assessment
from tasks.fraud.training import LabelledPayments
from tasks.provenance import Provenance, code_version, request_digest

if TYPE_CHECKING:
    from models.fraud.training import Training


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


def training_provenance(
    request: BaseModel, payments: LabelledPayments, training: "Training", *, seed: int
) -> Provenance:
    """The data and code behind a detector."""
    times = payments.transactions.time
    return Provenance(
        code_version=code_version(),
        request_sha256=request_digest(request),
        seed=seed,
        model=training.detector.card.name,
        model_version=training.detector.card.version,
        weights_sha256=training.detector.weights_sha256,
        data_source=payments.source.name,
        data_window=f"{times.min()}Z/{times.max()}Z",
        data_sha256=payments.source.sha256,
    )
