"""Webhooks of alerts: who is told, how far, and how it goes."""

from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Self
from uuid import uuid4

from sqlalchemy import ColumnElement, delete, func, insert, select, update

from blocks.alert_store.errors import NoSuchWebhook, TooManyWebhooks
from blocks.payment_store import PaymentStore
from blocks.warehouse.tables import fraud_alert_events, fraud_alert_webhooks

MOST: Final = 10
"""Webhooks of an owner."""

LEASE: Final = timedelta(seconds=60)
"""How long nobody else delivers to a webhook that somebody has taken up; much longer than a delivery takes."""


@dataclass(frozen=True)
class Webhook:
    """An address that is told of what happens to alerts of its owner (`everyone`: of anybody).

    Empty `kinds` and `events`: all. `told`: number of the newest event that was told or passed over. `failing_since`:
    when the event after it was first refused; `attempts`: how often. `given_up`: events never taken.
    """

    webhook_id: str
    owner: str
    everyone: bool
    url: str
    kinds: list[str]
    events: list[str]
    min_score: float
    created_at: datetime
    told: int
    told_at: datetime | None
    attempts: int
    failing_since: datetime | None
    last_error: str
    given_up: int
    due_at: datetime


_COLUMNS: Final = [fraud_alert_webhooks.c[field.name] for field in fields(Webhook)]


class Webhooks:
    """The webhooks of every owner."""

    def __init__(self, payments: PaymentStore) -> None:
        self._payments = payments

    @classmethod
    def default(cls) -> Self:
        """In the database of `PaymentStore.default()`."""
        return cls(PaymentStore.default())

    def add(
        self, owner: str, url: str, *, everyone: bool, kinds: list[str], events: list[str], min_score: float
    ) -> Webhook:
        """Tell `url` of what happens from now on. Raises `TooManyWebhooks`, `PaymentStoreAway`."""
        now = datetime.now(UTC)
        with self._payments.changing() as connection:
            own = select(func.count()).select_from(fraud_alert_webhooks).where(fraud_alert_webhooks.c.owner == owner)
            if (connection.scalar(own) or 0) >= MOST:
                raise TooManyWebhooks(f"There are {MOST} webhooks, the most there may be: delete one first.")
            webhook = Webhook(
                webhook_id=uuid4().hex, owner=owner, everyone=everyone, url=url, kinds=kinds, events=events,
                min_score=min_score, created_at=now,
                told=connection.scalar(select(func.max(fraud_alert_events.c.id))) or 0,
                told_at=None, attempts=0, failing_since=None, last_error="", given_up=0, due_at=now,
            )  # fmt: skip
            connection.execute(insert(fraud_alert_webhooks), vars(webhook))
        return webhook

    def of(self, owner: str | None) -> list[Webhook]:
        """An owner's webhooks (None: everyone's), the oldest first."""
        query = select(*_COLUMNS).order_by(fraud_alert_webhooks.c.created_at)
        if owner is not None:
            query = query.where(fraud_alert_webhooks.c.owner == owner)
        with self._payments.reading() as connection:
            return [Webhook(*row) for row in connection.execute(query)]

    def remove(self, webhook_id: str, owner: str | None = None) -> None:
        """Tell it no more. Raises `NoSuchWebhook` where there is none, or it is not the owner's (None: anyone's)."""
        chosen = delete(fraud_alert_webhooks).where(_is(webhook_id))
        if owner is not None:
            chosen = chosen.where(fraud_alert_webhooks.c.owner == owner)
        with self._payments.changing() as connection:
            if not connection.execute(chosen).rowcount:
                raise NoSuchWebhook(f"There is no webhook {webhook_id[:64]!a}.")

    def due(self) -> list[Webhook]:
        """Webhooks for which something may have happened and that nobody is delivering to, the longest due first."""
        newest = select(func.coalesce(func.max(fraud_alert_events.c.id), 0)).scalar_subquery()
        query = select(*_COLUMNS).where(
            fraud_alert_webhooks.c.due_at <= datetime.now(UTC), fraud_alert_webhooks.c.told < newest
        )
        query = query.order_by(fraud_alert_webhooks.c.due_at)
        with self._payments.reading() as connection:
            return [Webhook(*row) for row in connection.execute(query)]

    def take(self, webhook: Webhook) -> bool:
        """Take a webhook up for the length of the lease; False where another process has, or it was deleted."""
        unchanged = (_is(webhook.webhook_id), fraud_alert_webhooks.c.due_at == webhook.due_at)
        leased = update(fraud_alert_webhooks).where(*unchanged).values(due_at=datetime.now(UTC) + LEASE)
        with self._payments.changing() as connection:
            return bool(connection.execute(leased).rowcount)

    def tell(self, webhook: Webhook, number: int, *, sent: bool, given_up: bool = False) -> None:
        """Note that everything up to an event was told, passed over (`sent` false) or given up."""
        now = datetime.now(UTC)
        values: dict[str, Any] = {"told": number, "due_at": now + LEASE, "attempts": 0, "failing_since": None}
        if sent:
            values |= {"told_at": now, "last_error": ""}
        if given_up:
            values["given_up"] = fraud_alert_webhooks.c.given_up + 1
        with self._payments.changing() as connection:
            connection.execute(update(fraud_alert_webhooks).where(_is(webhook.webhook_id)).values(**values))

    def refused(self, webhook: Webhook, reason: str, again_in: timedelta) -> None:
        """Note that the next event was not taken, and when it is tried again."""
        now = datetime.now(UTC)
        with self._payments.changing() as connection:
            connection.execute(
                update(fraud_alert_webhooks)
                .where(_is(webhook.webhook_id))
                .values(
                    attempts=fraud_alert_webhooks.c.attempts + 1,
                    failing_since=func.coalesce(fraud_alert_webhooks.c.failing_since, now),
                    last_error=reason[:200],
                    due_at=now + again_in,
                )
            )

    def release(self, webhook: Webhook, newest: int) -> None:
        """Let anybody take it up again: everything up to the event `newest` was told, or was for others."""
        values = {"told": newest, "due_at": datetime.now(UTC)}
        with self._payments.changing() as connection:
            connection.execute(update(fraud_alert_webhooks).where(_is(webhook.webhook_id)).values(**values))


def _is(webhook_id: str) -> ColumnElement[bool]:
    return fraud_alert_webhooks.c.webhook_id == webhook_id
