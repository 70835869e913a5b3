"""Webhooks of alerts: who is told of what happens to them."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Literal, TypeVar

from fastapi import APIRouter, Path, Response, status
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from blocks.alert_store import AlertKind, NoSuchWebhook, TooManyWebhooks
from blocks.alert_store.webhooks import Webhook, Webhooks
from blocks.block_error import BlockError
from deployments.gateway.callback_address import CallbackUrl
from deployments.gateway.deps import CallerDep, ServicesDep
from deployments.gateway.fraud_scope import whose
from deployments.gateway.problems import Problem, documented
from deployments.gateway.strict_json import StrictJsonRoute

router = APIRouter(prefix="/api/v1/fraud/alerts/webhooks", tags=["Fraud"], route_class=StrictJsonRoute)

T = TypeVar("T")
Happening = Literal["raised", "hit", "changed", "noted"]

WebhookId = Annotated[str, Path(pattern="^[0-9a-f]{32}$", description="Id of a webhook.")]


class NewWebhook(BaseModel):
    """Whom to tell of what."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"url": "https://example.com/hook", "events": ["raised"], "min_score": 0.9}]},
    )

    url: CallbackUrl = Field(
        description="https address on the public internet. It gets a POST for each event, in order, and again until it "
        "answers 2xx; signed as Standard Webhooks has it with the callback secret of your key.",
    )
    kinds: list[AlertKind] = Field([], max_length=3, description="Alerts of these kinds; empty: all.")
    events: list[Happening] = Field(
        [], max_length=4, description="raised, hit (something was added), changed, noted; empty: all."
    )
    min_score: float = Field(0.0, ge=0, le=1, description="Alerts with at least this score.")


class WebhookView(BaseModel):
    """A webhook, and how it goes."""

    webhook_id: str
    url: str
    kinds: list[AlertKind]
    events: list[Happening]
    min_score: float
    created_at: datetime
    told_at: datetime | None = Field(description="When an event was last taken.")
    failing_since: datetime | None = Field(
        description="Since when the next event is refused; after 24 hours it is given up and the one after it tried."
    )
    attempts: int = Field(description="How often that event was tried.")
    last_error: str = Field(description="Why it was not taken.")
    given_up: int = Field(description="Events that were never taken.")

    @classmethod
    def of(cls, webhook: Webhook) -> "WebhookView":
        """As callers see it."""
        return cls.model_validate(asdict(webhook))


class WebhookList(BaseModel):
    """The webhooks, the oldest first."""

    webhooks: list[WebhookView]


@router.get("", summary="Who is told of alerts", responses=documented(401, 403, 429, 503))
async def list_webhooks(caller: CallerDep) -> WebhookList:
    """The caller's webhooks and how they go; an admin's key sees everyone's."""
    owner = whose(caller)
    return WebhookList(webhooks=[WebhookView.of(one) for one in await _done(lambda hooks: hooks.of(owner))])


@router.post(
    "",
    summary="Tell an address of alerts",
    status_code=status.HTTP_201_CREATED,
    responses=documented(400, 401, 403, 409, 413, 422, 429, 503),
)
async def add_webhook(body: NewWebhook, caller: CallerDep, services: ServicesDep) -> WebhookView:
    """From now on it is told of the caller's alerts; an admin's webhook is told of everyone's."""
    owner = whose(caller)
    await services.delivery.check(body.url, "/url")
    made = await _done(
        lambda hooks: hooks.add(
            caller.owner,
            body.url,
            everyone=owner is None,
            kinds=list(body.kinds),
            events=list(body.events),
            min_score=body.min_score,
        )
    )
    return WebhookView.of(made)


@router.delete(
    "/{webhook_id}",
    summary="Tell an address no more",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=documented(401, 403, 404, 422, 429, 503),
)
async def remove_webhook(webhook_id: WebhookId, caller: CallerDep) -> Response:
    """What was not yet told is not told any more."""
    owner = whose(caller)
    await _done(lambda hooks: hooks.remove(webhook_id, owner))
    return Response(status_code=status.HTTP_204_NO_CONTENT)


async def _done(what: Callable[[Webhooks], T]) -> T:
    try:
        return await run_in_threadpool(lambda: what(Webhooks.default()))
    except NoSuchWebhook as error:
        raise Problem(404, str(error), kind="no-such-webhook") from error
    except TooManyWebhooks as error:
        raise Problem(409, str(error), kind="too-many-webhooks") from error
    except BlockError as error:
        raise Problem(503, str(error), kind="alerts-away", headers={"Retry-After": "10"}) from error
