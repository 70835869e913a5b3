"""Webhooks of alerts: signed, in order, again until they are taken, and each owner's alone."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from blocks.alert_store import AlertStore
from blocks.alert_store.webhooks import Webhooks
from blocks.payment_store import PaymentStore
from blocks.warehouse.tables import fraud_alert_webhooks
from deployments.gateway import alert_webhooks
from deployments.gateway.app import create_app
from deployments.gateway.settings import GatewaySettings
from deployments.gateway.webhook_signature import callback_secret, signature

from .test_alerts import raised
from .test_callbacks import Receiver

pytestmark = [pytest.mark.gateway, pytest.mark.fraud]

Live = Callable[..., Awaitable[httpx.AsyncClient]]
PATH = "/api/v1/fraud/alerts/webhooks"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alert_webhooks, "LOOK_SECONDS", 0.02)
    monkeypatch.setattr(alert_webhooks, "FIRST_PAUSE", 0.02)


@pytest.fixture
async def receivers(live: Live) -> Callable[..., Awaitable[Receiver]]:
    async def start(refusals: int = 0) -> Receiver:
        made = Receiver(refusals=refusals)
        made.url = f"{str((await live(made)).base_url).rstrip('/')}/hook"
        return made

    return start


Start = Callable[..., Awaitable[Receiver]]


@pytest.fixture
def open_settings(settings: GatewaySettings) -> GatewaySettings:
    return settings.model_copy(update={"gateway_callback_insecure": True})


async def until_taken(receiver: Receiver, count: int) -> list[dict[str, Any]]:
    async with asyncio.timeout(20):
        while len(receiver.taken) < count:
            receiver.told.clear()
            await receiver.told.wait()
    return [json.loads(body) for _, body in receiver.taken]


async def test_events_are_told_signed_in_order_and_again_until_taken(
    live: Live, open_settings: GatewaySettings, receivers: Start
) -> None:
    client, receiver = await live(create_app(open_settings)), await receivers(refusals=2)
    await asyncio.to_thread(raised, "local", "before")
    made = await client.post(PATH, json={"url": receiver.url})
    assert made.status_code == 201, made.text
    alert = await asyncio.to_thread(raised, "local", "t1")
    await client.patch(f"/api/v1/fraud/alerts/{alert.alert_id}", json={"state": "confirmed_fraud", "note": "called"})
    messages = await until_taken(receiver, 2)
    assert [one["type"] for one in messages] == ["fraud.alert.raised", "fraud.alert.changed"]
    assert messages[1]["data"]["details"] == {"state": "confirmed_fraud", "note": "called"}
    assert receiver.seen == 4, "the first was refused twice"
    secret = callback_secret(open_settings, "local")
    ids = []
    for headers, body in receiver.taken:
        ids.append(headers["webhook-id"])
        expected = signature(secret, ids[-1], int(headers["webhook-timestamp"]), body)
        assert headers["webhook-signature"] == expected
    assert len(set(ids)) == 2
    await settled(client, lambda view: view["attempts"] == 0 and view["told_at"] is not None)


async def settled(client: httpx.AsyncClient, condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    async with asyncio.timeout(20):
        while True:
            views: list[dict[str, Any]] = (await client.get(PATH)).json()["webhooks"]
            if found := [view for view in views if condition(view)]:
                return found[0]
            await asyncio.sleep(0.02)


async def test_what_was_not_asked_for_is_passed_over(
    live: Live, open_settings: GatewaySettings, receivers: Start
) -> None:
    client, receiver = await live(create_app(open_settings)), await receivers()
    await client.post(
        PATH, json={"url": receiver.url, "events": ["raised"], "min_score": 0.8, "kinds": ["transaction"]}
    )
    weak = await asyncio.to_thread(raised, "local", "weak", score=0.5)
    await client.patch(f"/api/v1/fraud/alerts/{weak.alert_id}", json={"note": "seen"})
    await asyncio.to_thread(raised, "somebody", "theirs")
    strong = await asyncio.to_thread(raised, "local", "strong", score=0.95)
    [message, theirs] = await until_taken(receiver, 2)
    assert [message["data"]["owner"], theirs["data"]["alert_id"]] == ["somebody", strong.alert_id]  # an admin's webhook


async def test_a_refusing_receiver_holds_nobody_up_and_a_restart_loses_nothing(
    live: Live, open_settings: GatewaySettings, receivers: Start
) -> None:
    deaf, hearing = await receivers(refusals=10**6), await receivers()
    hooks = await asyncio.to_thread(Webhooks.default)
    for receiver in (deaf, hearing):
        await asyncio.to_thread(
            lambda url=receiver.url: hooks.add("local", url, everyone=False, kinds=[], events=[], min_score=0)
        )
    await asyncio.to_thread(raised, "somebody", "theirs")
    await asyncio.to_thread(raised, "local", "t1")  # while no gateway runs
    client = await live(create_app(open_settings))
    assert [one["data"]["title"] for one in await until_taken(hearing, 1)] == ["t1 looks wrong"]
    refusing = await settled(client, lambda view: view["url"] == deaf.url and view["attempts"] > 1)
    assert refusing["last_error"] == "answered 500"
    assert refusing["failing_since"] is not None

    def long_ago() -> None:
        with PaymentStore.default().changing() as connection:
            values = {"failing_since": datetime.now(UTC) - timedelta(hours=25), "due_at": datetime.now(UTC)}
            connection.execute(
                update(fraud_alert_webhooks).where(fraud_alert_webhooks.c.url == deaf.url).values(**values)
            )

    await asyncio.to_thread(long_ago)
    await settled(client, lambda view: view["given_up"] == 1)
    assert len(hearing.taken) == 1


async def test_two_gateways_tell_once(live: Live, open_settings: GatewaySettings, receivers: Start) -> None:
    receiver = await receivers()
    first, _ = await live(create_app(open_settings)), await live(create_app(open_settings))
    await first.post(PATH, json={"url": receiver.url})
    for name in ("a", "b", "c", "d"):
        await asyncio.to_thread(raised, "local", name)
    await until_taken(receiver, 4)
    await settled(first, lambda view: view["told_at"] is not None)
    last = await asyncio.to_thread(raised, "local", "last")
    messages = await until_taken(receiver, 5)
    assert [one["data"]["alert_id"] for one in messages].count(last.alert_id) == 1
    assert len(receiver.taken) == 5


async def test_each_key_has_its_own_and_ten_at_most(keyed: Any) -> None:
    stranger, crypto, admin = (keyed.key(scope) for scope in ("fraud", "crypto", "admin"))
    _, secret = keyed.keys.add("test", frozenset({"fraud"}))
    owner = {"X-API-Key": secret}
    refused = await keyed.client.post(PATH, json={"url": "https://127.0.0.1/hook"}, headers=owner)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/url")
    hooks = await asyncio.to_thread(Webhooks.default)
    key_id = keyed.keys.caller(secret).owner
    for number in range(10):
        made = await asyncio.to_thread(
            lambda n=number: hooks.add(key_id, f"https://x.org/{n}", everyone=False, kinds=[], events=[], min_score=0)
        )
    seen = [len((await keyed.client.get(PATH, headers=one)).json()["webhooks"]) for one in (owner, stranger, admin)]
    assert seen == [10, 0, 10]
    assert (await keyed.client.get(PATH, headers=crypto)).status_code == 403
    full = await keyed.client.post(PATH, json={"url": "https://1.1.1.1/hook"}, headers=owner)
    assert (full.status_code, full.json()["type"]) == (409, "urn:aiflows:too-many-webhooks")
    address = f"{PATH}/{made.webhook_id}"
    statuses = [(await keyed.client.delete(address, headers=one)).status_code for one in (stranger, owner, admin)]
    assert statuses == [404, 204, 404]


@pytest.mark.parametrize(
    "url", ["ftp://x.org/", "https://", "https://me:secret@x.org/", "https://x.org/ y", "x" * 2001]
)
async def test_what_is_no_address_is_refused(gateway: httpx.AsyncClient, url: str) -> None:
    assert (await gateway.post(PATH, json={"url": url})).status_code == 422
    assert AlertStore.default().newest_event() == 0
