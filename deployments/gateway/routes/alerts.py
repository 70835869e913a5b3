"""Alerts: what somebody should look at, and what they made of it."""

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime
from typing import Annotated, Any, Self, TypeVar

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field, model_validator
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from blocks.alert_store import (
    Alert,
    AlertChanged,
    AlertConflict,
    AlertFilter,
    AlertKind,
    AlertState,
    AlertStore,
    NoSuchAlert,
)
from blocks.block_error import BlockError
from deployments.gateway.alert_stream import AlertStream
from deployments.gateway.deps import CallerDep, LastEventId, Limit, Offset, TriggeringDep
from deployments.gateway.fraud_scope import whose
from deployments.gateway.problems import Problem, documented
from deployments.gateway.run import Accepted, Finished
from deployments.gateway.run_stream import EventStream
from deployments.gateway.strict_json import StrictJsonRoute
from deployments.gateway.trigger import Delivery
from deployments.gateway.triggering import TRIGGER_RESPONSES
from flows.fraud.case import Case

router = APIRouter(prefix="/api/v1/fraud/alerts", tags=["Fraud"], route_class=StrictJsonRoute)

T = TypeVar("T")
MOST_SOURCES = 500

AlertId = Annotated[str, Path(pattern="^[0-9a-f]{32}$", description="Id of an alert.")]


class AlertView(BaseModel):
    """An alert as it stands."""

    alert_id: str
    kind: AlertKind = Field(description="What it is about.")
    subject: str = Field(description="Whom or what: there is one open alert for each.", examples=["customer c-17"])
    state: AlertState
    assignee: str | None = Field(description="Who looks at it.")
    score: float = Field(description="The highest score in it.")
    hits: int = Field(description="How many payments, flows of traffic or findings are in it.")
    title: str = Field(description="The most telling of them, in words.")
    owner: str = Field(description="Whose runs raised it.")
    first_seen: datetime
    last_seen: datetime
    version: int = Field(description="Grows with every change.")

    @classmethod
    def of(cls, alert: Alert) -> "AlertView":
        """As callers see it."""
        return cls.model_validate(asdict(alert))


class AlertHappening(BaseModel):
    """Something that happened to an alert."""

    number: int = Field(description="Grows with time, over all alerts.")
    at: datetime
    by: str = Field(description="The key's owner; `aiflows` for a run.")
    event: str = Field(description="raised, hit, changed or noted.", examples=["raised"])
    details: dict[str, Any] = Field(description="What changed; `note` is what somebody wrote.")


class AlertDetail(AlertView):
    """An alert with its evidence and history."""

    evidence: list[dict[str, Any]] = Field(description="The highest scores in it, at most 50.")
    sources: list[str] = Field(description="Ids of everything in it, at most 500.")
    history: list[AlertHappening] = Field(description="The oldest first.")


class AlertList(BaseModel):
    """A page of the queue, the highest scores first."""

    alerts: list[AlertView]
    next_offset: int | None = Field(description="Where the next page begins; null at the end.")


class AlertChange(BaseModel):
    """What to do with an alert."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"examples": [{"state": "confirmed_fraud", "note": "the customer called", "version": 3}]},
    )

    state: AlertState | None = Field(
        None,
        description="Where it goes: `confirmed_fraud` and `false_positive` label its payments, for training and "
        "for the risk of their terminals.",
    )
    assignee: str | None = Field(
        None, max_length=100, description="Who looks at it from now on; empty: nobody.", examples=["ann"]
    )
    note: str = Field("", max_length=2000, description="Kept in its history.")
    version: int | None = Field(None, ge=1, description="The version that was read: if it has changed since, a 409.")

    @model_validator(mode="after")
    def says_something(self) -> Self:
        """Refuse a change that changes nothing."""
        if self.state is None and self.assignee is None and not self.note:
            raise ValueError("say what to do: give a state, an assignee (empty: nobody) or a note")
        return self


class CaseBody(Delivery):
    """How the run is made; the alert is named by the address."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class CaseOpened(Finished):
    """The page of an alert."""

    result: Case | None


CASE_RESPONSES: dict[int | str, dict[str, Any]] = {
    **TRIGGER_RESPONSES,
    200: {**TRIGGER_RESPONSES[200], "model": CaseOpened},
}
OF_ONE = documented(401, 403, 404, 422, 429, 503)


@router.get("", summary="The queue of alerts", responses=documented(401, 403, 422, 429, 503))
async def list_alerts(
    caller: CallerDep,
    state: Annotated[
        list[AlertState] | None, Query(description="In these states; without: those that are not closed.")
    ] = None,
    kind: Annotated[AlertKind | None, Query(description="Of this kind.")] = None,
    assignee: Annotated[str | None, Query(max_length=100, description="Of this person.")] = None,
    min_score: Annotated[float, Query(ge=0, le=1, description="With at least this score.")] = 0.0,
    limit: Limit = 20,
    offset: Offset = 0,
) -> AlertList:
    """Alerts that the caller's runs raised, the highest scores first; an admin's key sees everyone's."""
    wanted = AlertFilter(whose(caller), tuple(state or ()), kind, assignee, min_score)
    found = await _read(lambda store: store.alerts(wanted, limit=limit + 1, offset=offset))
    more = offset + limit if len(found) > limit else None
    return AlertList(alerts=[AlertView.of(alert) for alert in found[:limit]], next_offset=more)


@router.get(
    "/events",
    summary="What happens to alerts, live",
    response_class=EventStream,
    responses=documented(401, 403, 422, 429, 503)
    | {
        200: {
            "description": "Server-sent events `raised`, `hit`, `changed`, `noted`, each with the alert as it stands.",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        }
    },
)
async def follow_alerts(caller: CallerDep, last_event_id: LastEventId = None) -> Response:
    """Server-sent events from now on. A client that comes back with `Last-Event-ID` misses nothing."""
    stream = AlertStream(await _read(lambda store: store), whose(caller))
    begin = await _read(lambda store: store.newest_event()) if last_event_id is None else None
    return EventStream(
        stream.events(last_event_id, begin), headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    )


@router.get("/{alert_id}", summary="An alert with its evidence", responses=OF_ONE)
async def read_alert(alert_id: AlertId, caller: CallerDep) -> AlertDetail:
    """Evidence, everything that is in it, and everything that happened to it."""
    owner = whose(caller)

    def read(store: AlertStore) -> AlertDetail:
        alert = store.alert(alert_id, owner)
        history = [AlertHappening.model_validate(asdict(event)) for event in store.history(alert_id)]
        return AlertDetail(**asdict(alert), sources=store.sources(alert_id)[:MOST_SOURCES], history=history)

    return await _read(read)


@router.post(
    "/{alert_id}/case",
    summary="Make the page of an alert",
    status_code=202,
    response_model=None,
    responses=CASE_RESPONSES,
)
async def open_alert(alert_id: AlertId, triggering: TriggeringDep, body: CaseBody | None = None) -> Accepted | Finished:
    """A run whose page in the Prefect UI shows what happened when, who is connected, why, and what to do.

    202 with the run; `Prefer: wait=N` waits for it. The run is the alert's owner's, whoever asked.
    """
    owner = whose(triggering.caller)
    alert = await _read(lambda store: store.alert(alert_id, owner))
    theirs = replace(triggering, caller=triggering.caller.as_owner(alert.owner))
    return await theirs.start("open-case/interactive", {"alert_id": alert_id}, body or CaseBody())


@router.patch("/{alert_id}", summary="Move an alert on", responses=OF_ONE | documented(400, 409, 413))
async def change_alert(alert_id: AlertId, body: AlertChange, caller: CallerDep) -> AlertView:
    """Take it, hand it on, note something, decide it. Everything is kept in its history."""
    owner = whose(caller)
    changed = await _read(
        lambda store: store.change(
            alert_id,
            by=caller.owner,
            owner=owner,
            version=body.version,
            state=body.state,
            assignee=body.assignee,
            remark=body.note,
        )
    )
    return AlertView.of(changed)


async def _read(of: Callable[[AlertStore], T]) -> T:
    try:
        return await run_in_threadpool(lambda: of(AlertStore.default()))
    except NoSuchAlert as error:
        raise Problem(404, str(error), kind="no-such-alert") from error
    except (AlertChanged, AlertConflict) as error:
        kind = "alert-changed" if isinstance(error, AlertChanged) else "alert-state"
        raise Problem(409, str(error), kind=kind) from error
    except BlockError as error:
        raise Problem(503, str(error), kind="alerts-away", headers={"Retry-After": "10"}) from error
