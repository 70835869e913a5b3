"""Recording a window of real-time verdicts: as an analysis that has already been answered."""

import hashlib
import json
from typing import Any, Final

from prefect import task
from prefect.cache_policies import NO_CACHE
from pydantic import BaseModel

from blocks.asset_store import Asset
from blocks.payment_store import AuditRow, PaymentStore
from blocks.warehouse import Rows
from models.fraud.decision import Decision
from tasks.fraud.alerts import raise_alerts
from tasks.fraud.audit import AuditError, chained, verdict_of
from tasks.fraud.live_verdict import LiveVerdict
from tasks.fraud.payments import Payments, content_warnings, from_rows
from tasks.fraud.publish import publish_artifacts, publish_files, publish_rows
from tasks.fraud.score import Assessment
from tasks.fraud.second_opinion import SecondOpinions, second_opinions, with_opinions
from tasks.fraud.shadow import LiveShadow, in_shadow
from tasks.fraud.transaction import Transaction
from tasks.provenance import Provenance, code_version, request_digest

EMPTY: Final = "The window holds no verdicts: runs of this flow are made by the real-time scorer, for what it answered."
NO_MODEL: Final = "none"


class Window:
    """The verdicts of a window as they were audited, with their payments.

    A plain class, for Prefect searches every value inside a dataclass that is passed to a task for futures.
    """

    def __init__(self, rows: list[AuditRow]) -> None:
        self.records: list[dict[str, Any]] = [json.loads(row.record) for row in rows]
        self.verdicts: list[LiveVerdict] = [verdict_of(row.record, latency_ms=0) for row in rows]
        self.sha256 = hashlib.sha256("".join(row.digest for row in rows).encode()).hexdigest()

    @property
    def counts(self) -> dict[Decision, int]:
        """Verdicts by decision."""
        counts: dict[Decision, int] = {"approve": 0, "review": 0, "block": 0}
        for verdict in self.verdicts:
            counts[verdict.decision] += 1
        return counts

    @property
    def payments(self) -> Payments:
        """The payments, in the order in which they were judged."""
        batch, _ = from_rows([Transaction.model_validate(record["payment"]) for record in self.records])
        return Payments(batch, None, data_source="real-time verdicts", sha256=self.sha256, warnings=())

    @property
    def assessment(self) -> Assessment:
        """What was answered."""
        last = self.records[-1]
        return Assessment(
            list(self.verdicts),
            history=last["history"],
            model=last["model"]["name"],
            model_version=last["model"]["version"],
            weights_sha256=last["model"]["weights_sha256"],
            detector="shipped" if last["model"]["registry_version"] is None else "champion",
            warnings=(),
        )


@task(
    name="read-window",
    description="The verdicts that were answered in a window, with their payments, out of the audit.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=3,
    retry_delay_seconds=1,
)
def read_window(run: str) -> Window:
    """The window of a run. Raises `PaymentStoreAway`; `AuditError` when a record is not what was written."""
    rows = PaymentStore.default().verdicts_of(run)
    for row in rows:
        if chained(row.previous, row.record) != row.digest:
            raise AuditError(f"record {row.sequence} of the audit is not what was written; see `aiflows fraud audit`")
    return Window(rows)


@task(
    name="second-opinion",
    description="Random forest and isolation forest on payments that the booster has answered.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def window_opinions(window: Window) -> SecondOpinions:
    """What the slower models say of a window's verdicts.

    It takes the window, not its records: Prefect would search each of their fields for futures, for a second a window.
    """
    return second_opinions(window.records)


def window_shadow(window: Window) -> tuple[LiveShadow | None, list[str]]:
    """What the challenger would have decided on a window's payments, if there is one; and why it could not be asked."""
    return in_shadow(window.records)


def publish_window_files(window: Window) -> list[Asset]:
    """The verdicts as CSV, and the picture; nothing for a window without any."""
    return publish_files(window.payments, window.assessment) if window.verdicts else []


def publish_window_rows(window: Window) -> list[Rows]:
    """The verdicts as rows of transaction_verdicts."""
    return [publish_rows(window.payments, window.assessment)] if window.verdicts else []


def publish_window_artifacts(window: Window, assets: list[Asset], warnings: list[str]) -> None:
    """The flagged payments, a summary and the picture, on the run's page."""
    if window.verdicts:
        publish_artifacts(window.payments, window.assessment, assets, warnings)


def raise_window_alerts(window: Window, opinions: SecondOpinions) -> list[str]:
    """Alerts for the verdicts that did not approve, and for those on which the slower models see more."""
    if not window.verdicts:
        return []
    return raise_alerts(window.payments, with_opinions(window.assessment, opinions))


def window_warnings(window: Window) -> list[str]:
    """What a reader should know."""
    if not window.verdicts:
        return [EMPTY]
    warnings = content_warnings(window.payments.batch)
    if len(versions := sorted({record["model"]["version"] for record in window.records})) > 1:
        warnings.append(f"The champion changed within the window: {', '.join(versions)}.")
    return warnings


def recording_provenance(request: BaseModel, window: Window) -> Provenance:
    """The model behind the verdicts, and the audit records that they are."""
    model = window.records[-1]["model"] if window.records else {}
    times = sorted(record["features_as_of"] for record in window.records)
    return Provenance(
        code_version=code_version(),
        request_sha256=request_digest(request),
        model=model.get("name", NO_MODEL),
        model_version=model.get("version", NO_MODEL),
        weights_sha256=model.get("weights_sha256"),
        data_source="real-time verdicts",
        data_window=f"{times[0]}/{times[-1]}" if times else None,
        data_sha256=window.sha256,
    )
