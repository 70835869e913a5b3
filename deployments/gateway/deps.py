"""What routes ask for, as annotated dependencies."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Header, Path, Query, Request, Response
from fastapi.security import APIKeyHeader, HTTPBearer
from prefect.client.schemas.objects import FlowRun

from deployments.gateway.api_keys import Caller
from deployments.gateway.preference import wait_of
from deployments.gateway.services import Services
from deployments.gateway.triggering import Triggering
from deployments.gateway.upload_session import UploadSessions

# The middleware has settled who calls before a route runs; these two put the scheme into the OpenAPI description.
KEY_SCHEMES = [
    Depends(HTTPBearer(auto_error=False, description="API key. Not needed on loopback while none is configured.")),
    Depends(APIKeyHeader(name="X-API-Key", auto_error=False, description="API key, the other way to send it.")),
]


def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


def _caller(request: Request) -> Caller:
    caller: Caller = request.state.caller
    return caller


ServicesDep = Annotated[Services, Depends(_services)]
CallerDep = Annotated[Caller, Depends(_caller)]

RunId = Annotated[UUID, Path(description="Id of a run.")]


async def _run(run_id: RunId, services: ServicesDep, caller: CallerDep) -> FlowRun:
    return await services.runs.read(run_id, caller)


RunDep = Annotated[FlowRun, Depends(_run)]
"""The run of the address, if it is the caller's."""

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        max_length=257,
        description="Makes a repeat of this request return the same run. Any unique text of up to 255 characters.",
    ),
]


def _wait(
    prefer: Annotated[
        str | None,
        Header(
            max_length=1000,
            description="`wait=N` waits up to N seconds (at most 60) for the run to finish (RFC 7240).",
            examples=["wait=30"],
        ),
    ] = None,
) -> int | None:
    return wait_of(prefer)


WaitDep = Annotated[int | None, Depends(_wait)]
"""Seconds that the caller would wait; None when the request does not say."""


def _triggering(
    services: ServicesDep,
    caller: CallerDep,
    response: Response,
    wait: WaitDep,
    idempotency_key: IdempotencyKey = None,
) -> Triggering:
    return Triggering(services, caller, response, wait, idempotency_key)


TriggeringDep = Annotated[Triggering, Depends(_triggering)]

Limit = Annotated[int, Query(ge=1, le=100, description="How many at most.")]
Offset = Annotated[int, Query(ge=0, le=100_000, description="How many to skip.")]
LastEventId = Annotated[
    str | None,
    Header(alias="Last-Event-ID", max_length=200, description="Id of the last event seen, to go on from there."),
]


def _uploads(request: Request) -> UploadSessions:
    services: Services = request.app.state.services
    return UploadSessions(services.settings.gateway_max_upload_bytes)


UploadsDep = Annotated[UploadSessions, Depends(_uploads)]
