"""The answer to a trigger: 202 with the stored run, or 200 with its result if it finished while the request waited."""

from dataclasses import dataclass
from typing import Any

from fastapi import Response

from deployments.gateway.api_keys import Caller
from deployments.gateway.problems import documented
from deployments.gateway.result import result_if_kept
from deployments.gateway.run import Accepted, Finished, is_final
from deployments.gateway.services import Services
from deployments.gateway.trigger import Delivery, Order

LOCATION = {"Location": {"schema": {"type": "string"}, "description": "The run."}}
APPLIED = {"Preference-Applied": {"schema": {"type": "string"}, "description": "The wait that was applied."}}

TRIGGER_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "model": Finished,
        "description": "It ended while the request waited (`Prefer: wait=N`).",
        "headers": LOCATION | APPLIED,
    },
    202: {
        "model": Accepted,
        "description": "Stored; it runs as soon as a worker is free.",
        "headers": LOCATION,
    },
    **documented(400, 401, 403, 404, 413, 422, 429, 503),
}


@dataclass
class Triggering:
    """Triggers a deployment for a caller, as the request's headers ask."""

    services: Services
    caller: Caller
    response: Response
    wait: int | None
    idempotency_key: str | None

    async def start(
        self, flow: str, request: dict[str, Any], delivery: Delivery, *, wait: int | None = None
    ) -> Accepted | Finished:
        """Store a run of a deployment, wait for it as long as asked (or `wait` seconds), and say where it stands."""
        order = Order(
            deployment=await self.services.catalogue.find(flow),
            request=request,
            priority=delivery.priority,
            callback=delivery.callback,
            idempotency_key=self.idempotency_key,
        )
        run = await self.services.trigger.run(order, self.caller)
        self.response.headers["Location"] = self.services.view.links(run.id).self
        seconds = self.wait if self.wait is not None else wait
        if seconds is not None:
            run = await self.services.runs.wait(run, seconds)
            if self.wait is not None:
                self.response.headers["Preference-Applied"] = f"wait={seconds}"
        if seconds is None or not is_final(run):
            self.response.status_code = 202
            return self.services.view.accepted(run)
        self.response.status_code = 200
        completed = run.state is not None and run.state.is_completed()
        result = await result_if_kept(self.services.prefect, run) if completed else None
        return self.services.view.finished(run, result)
