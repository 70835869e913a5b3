"""The answer to a trigger: 202 with the stored run, or 200 with its result if it finished while the request waited."""

from typing import Any

from fastapi import Response
from pydantic import BaseModel

from deployments.gateway.api_keys import Caller
from deployments.gateway.problems import documented
from deployments.gateway.result import result_if_kept
from deployments.gateway.run import Accepted, Finished, is_final
from deployments.gateway.services import Services
from deployments.gateway.trigger import Order, Priority

TRIGGER_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "model": Finished,
        "description": "Finished while the request waited (`Prefer: wait=N`).",
        "headers": {
            "Location": {"schema": {"type": "string"}, "description": "The run."},
            "Preference-Applied": {"schema": {"type": "string"}, "description": "The wait that was applied."},
        },
    },
    202: {
        "model": Accepted,
        "description": "Stored; it runs as soon as a worker is free.",
        "headers": {"Location": {"schema": {"type": "string"}, "description": "The run."}},
    },
} | documented(400, 401, 403, 404, 413, 422, 429, 503)


class Triggering(BaseModel):
    """How a trigger was asked for, apart from its body."""

    route: str
    wait: int | None
    idempotency_key: str | None


async def answer_trigger(
    services: Services,
    caller: Caller,
    asked: Triggering,
    response: Response,
    *,
    flow: str,
    request: dict[str, Any],
    priority: Priority,
    callback: str | None,
) -> Accepted | Finished:
    """Store the run, wait for it as long as asked, and say where it stands."""
    deployment = await services.trigger.deployment(flow, caller)
    order = Order(
        deployment=deployment,
        request=request,
        priority=priority,
        callback=callback,
        route=asked.route,
        idempotency_key=asked.idempotency_key,
    )
    run = await services.trigger.run(order, caller)
    if asked.wait is not None:
        response.headers["Preference-Applied"] = f"wait={asked.wait}"
        run = await services.runs.wait(run, asked.wait)
    response.headers["Location"] = services.view.links(run.id).self
    if asked.wait is None or not is_final(run):
        response.status_code = 202
        return services.view.accepted(run)
    response.status_code = 200
    completed = run.state is not None and run.state.is_completed()
    return services.view.finished(run, await result_if_kept(services.prefect, run) if completed else None)
