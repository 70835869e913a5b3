"""The page of a case: an alert with its evidence, to look at and decide."""

from prefect import flow
from pydantic import BaseModel, ConfigDict, Field

from blocks.alert_store import AlertKind, AlertState
from blocks.asset_store import Asset
from blocks.settings import get_settings
from flows.form import in_declared_order
from tasks.fraud.case import read_case
from tasks.fraud.case_page import publish_case_files, publish_case_page
from tasks.provenance import Provenance, code_version, request_digest
from tasks.run import run_id
from tasks.run_owner import give_run_to


class CaseRequest(BaseModel):
    """Which alert to open."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=in_declared_order)

    alert_id: str = Field(
        pattern="^[0-9a-f]{32}$",
        description="Id of an alert, as /api/v1/fraud/alerts lists it.",
        examples=["9f86d081884c7d659a2feaa0c55ad015"],
    )


class Case(BaseModel):
    """An alert as it stood when its page was made."""

    model_config = ConfigDict(frozen=True)

    run_id: str = Field(description="The flow run; the page is among its artifacts.")
    request: CaseRequest
    kind: AlertKind
    subject: str = Field(description="Whom or what it is about.")
    title: str = Field(description="The most telling of what is in it.")
    state: AlertState
    score: float = Field(description="The highest score in it.")
    payments: int = Field(description="Payments shown: the customer's own, newest 10,000.")
    flagged: int = Field(description="How many of them are in the alert.")
    connected: int = Field(description="Customers, terminals, devices or accounts in the graph.")
    assets: list[Asset]
    provenance: Provenance
    warnings: list[str]


@flow(
    name="open-case",
    description="Make the page of an alert: what happened when, who is connected with it, why, and what to do.",
    persist_result=True,
    result_serializer="json",
)
def open_case(request: CaseRequest) -> Case:
    """Picture, table and page of an alert and what lies around it; it changes nothing.

    Raises `NoSuchAlert` (also for another owner's), `BlockError` when a store is away.
    """
    case = read_case(request.alert_id)
    give_run_to(case.alert.owner)
    assets = publish_case_files(case)
    publish_case_page(case, assets, get_settings().gateway_url)
    return Case(
        run_id=run_id(),
        request=request,
        kind=case.alert.kind,
        subject=case.alert.subject,
        title=case.alert.title,
        state=case.alert.state,
        score=case.alert.score,
        payments=len(case.payments),
        flagged=sum(one.flagged for one in case.payments),
        connected=len({name for one, other, _ in case.links for name in (one, other)}),
        assets=assets,
        provenance=Provenance(
            code_version=code_version(),
            request_sha256=request_digest(request),
            model="none",
            model_version=str(case.top.get("model_version", "none")),
            data_source=f"alert {case.alert.alert_id}, version {case.alert.version}",
            data_sha256=case.sha256,
        ),
        warnings=case.warnings,
    )
