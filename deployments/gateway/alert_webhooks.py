"""Telling webhooks what happens to alerts: signed, in order, until they take it."""

import asyncio
import contextlib
import logging
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from starlette.concurrency import run_in_threadpool

from blocks.alert_store import Alert, AlertEvent, AlertStore, NoSuchAlert
from blocks.alert_store.webhooks import Webhook, Webhooks
from blocks.block_error import BlockError
from deployments.gateway.alert_stream import told_of
from deployments.gateway.callback_delivery import CallbackDelivery, DeliveryFailed

logger = logging.getLogger("gateway")

LOOK_SECONDS: Final = 1.0
AWAY_SECONDS: Final = 15.0
FIRST_PAUSE: Final = 2.0
LONGEST_PAUSE: Final = 600.0
GIVE_UP: Final = timedelta(hours=24)
AT_ONCE: Final = 8


class AlertWebhooks:
    """Delivers each event at least once; several gateways on one database share the work."""

    def __init__(self, delivery: CallbackDelivery) -> None:
        self._delivery = delivery
        self._busy: dict[str, asyncio.Task[None]] = {}

    async def deliver(self) -> None:
        """Deliver until cancelled; a webhook that refuses holds up nobody else."""
        try:
            while True:
                pause = LOOK_SECONDS
                try:
                    for webhook in await run_in_threadpool(lambda: Webhooks.default().due()):
                        if webhook.webhook_id not in self._busy and len(self._busy) < AT_ONCE:
                            self._begin(webhook)
                except BlockError as error:
                    logger.debug("Webhooks of alerts wait for the database: %s", error)
                    pause = AWAY_SECONDS
                await asyncio.sleep(pause)
        finally:
            for task in self._busy.values():
                task.cancel()

    def _begin(self, webhook: Webhook) -> None:
        task = asyncio.create_task(self._tell_news(webhook), name=f"webhook {webhook.webhook_id}")
        self._busy[webhook.webhook_id] = task
        task.add_done_callback(lambda _: self._busy.pop(webhook.webhook_id, None))

    async def _tell_news(self, webhook: Webhook) -> None:
        """Tell a page of what is new, one after the other; then others have their turn."""
        store = Webhooks.default()
        with contextlib.suppress(BlockError):  # what was not noted is told again
            if not await run_in_threadpool(store.take, webhook):
                return
            newest = await run_in_threadpool(lambda: AlertStore.default().newest_event())
            news = await run_in_threadpool(_news, webhook)
            for event, alert in news:
                if not await self._tell(store, webhook, event, alert):
                    return
                webhook = replace(webhook, told=event.number, attempts=0, failing_since=None)
            await run_in_threadpool(store.release, webhook, webhook.told if news else newest)

    async def _tell(self, store: Webhooks, webhook: Webhook, event: AlertEvent, alert: Alert | None) -> bool:
        """Tell of one event, if it is wanted. Returns whether the next one may follow."""
        sent = alert is not None and _wanted(webhook, event, alert)
        if alert is not None and sent:
            told = {"timestamp": event.at.isoformat(), "data": told_of(event, alert)}
            message = {"type": f"fraud.alert.{event.event}", **told}
            try:
                await self._delivery.deliver(
                    webhook.url, f"{webhook.webhook_id}-{event.number}", webhook.owner, message
                )
            except DeliveryFailed as error:
                return await self._postpone(store, webhook, event, str(error))
        await run_in_threadpool(lambda: store.tell(webhook, event.number, sent=sent))
        return True

    async def _postpone(self, store: Webhooks, webhook: Webhook, event: AlertEvent, reason: str) -> bool:
        if webhook.failing_since is not None and datetime.now(UTC) - webhook.failing_since > GIVE_UP:
            logger.warning("Webhook %s: event %d was given up: %s", webhook.webhook_id, event.number, reason)
            await run_in_threadpool(lambda: store.tell(webhook, event.number, sent=False, given_up=True))
            return True
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(webhook.attempts, 12))
        again = timedelta(seconds=random.uniform(pause / 2, pause))  # noqa: S311 - spreads retries
        await run_in_threadpool(lambda: store.refused(webhook, reason, again))
        return False


def _news(webhook: Webhook) -> list[tuple[AlertEvent, Alert | None]]:
    store = AlertStore.default()
    owner = None if webhook.everyone else webhook.owner
    found: list[tuple[AlertEvent, Alert | None]] = []
    for event in store.events(webhook.told, owner):
        try:
            found.append((event, store.alert(event.alert_id)))
        except NoSuchAlert:
            found.append((event, None))
    return found


def _wanted(webhook: Webhook, event: AlertEvent, alert: Alert) -> bool:
    return (
        alert.score >= webhook.min_score
        and (not webhook.kinds or alert.kind in webhook.kinds)
        and (not webhook.events or event.event in webhook.events)
    )
