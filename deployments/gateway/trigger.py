"""Turning a request into a stored flow run."""

from typing import Annotated, Any, Literal

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import FlowRun
from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError
from pydantic import BaseModel, ConfigDict, Field

from deployments.gateway.admission import Admission
from deployments.gateway.api_keys import Caller
from deployments.gateway.callback_address import CallbackUrl
from deployments.gateway.callback_delivery import CallbackDelivery
from deployments.gateway.catalogue import FlowDeployment
from deployments.gateway.idempotency import body_digest, refuse_other_body, run_key
from deployments.gateway.prefect_access import PrefectAccess
from deployments.gateway.problems import Problem

Priority = Literal["high", "normal", "low"]

DIGEST_LABEL = "gateway.body-sha256"
CALLBACK_LABEL = "gateway.callback"
CALLBACK_PENDING = "callback:pending"

PriorityField = Annotated[
    Priority, Field(description="Queue of the run: high runs before normal, normal before low.", examples=["normal"])
]
CallbackField = Annotated[
    CallbackUrl | None,
    Field(
        description="Public https address that is told of the run's end by a signed POST (Standard Webhooks).",
        examples=["https://example.com/hooks/runs"],
    ),
]


class Delivery(BaseModel):
    """How a run is queued and who is told of its end; mixed into every trigger's body."""

    model_config = ConfigDict(frozen=True)

    priority: PriorityField = "normal"
    callback: CallbackField = None


class Order(BaseModel):
    """A request for a run, whichever route it came by."""

    model_config = ConfigDict(frozen=True)

    deployment: FlowDeployment
    request: dict[str, Any]
    priority: Priority
    callback: str | None
    idempotency_key: str | None


class Trigger:
    """Stores flow runs."""

    def __init__(self, prefect: PrefectAccess, admission: Admission, delivery: CallbackDelivery) -> None:
        self._prefect = prefect
        self._admission = admission
        self._delivery = delivery

    async def run(self, order: Order, caller: Caller) -> FlowRun:
        """The stored flow run, the same one for the same idempotency key.

        Raises:
            Problem: as `Admission.check`; 422, the key was used with another body; 503, Prefect is away.
        """
        await self._admission.check(caller, order.deployment, order.request)
        key = run_key(order.idempotency_key, caller.owner, order.deployment.name)
        digest = body_digest(order.model_dump(mode="json", include={"request", "priority", "callback"}))
        labels: dict[str, Any] = {DIGEST_LABEL: digest}
        tags = [caller.tag, f"priority:{order.priority}"]
        if order.callback is not None:
            await self._delivery.check(order.callback)
            labels[CALLBACK_LABEL] = order.callback
            tags.append(CALLBACK_PENDING)

        async def create(client: PrefectClient) -> FlowRun:
            return await client.create_flow_run_from_deployment(
                order.deployment.id,
                parameters={"request": order.request},
                tags=tags,
                labels=labels,
                idempotency_key=key,
                work_queue_name=order.deployment.queue(order.priority),
            )

        try:
            run = await self._prefect.call(create)
        except ObjectNotFound:
            raise Problem(404, f"{order.deployment.name} was deleted a moment ago.", kind="no-such-flow") from None
        except PrefectHTTPStatusError as error:
            raise _refused(error) from None
        refuse_other_body(run.labels.get(DIGEST_LABEL), digest)
        return run


def _refused(error: PrefectHTTPStatusError) -> Problem:
    """What Prefect says of parameters that it won't store."""
    status = error.response.status_code
    if status == 404:
        return Problem(404, "This deployment was deleted a moment ago.", kind="no-such-flow")
    try:
        detail = str(error.response.json()["detail"])
    except (ValueError, KeyError, TypeError):
        detail = "Prefect refuses the request."
    return Problem(422, detail[:1000])
