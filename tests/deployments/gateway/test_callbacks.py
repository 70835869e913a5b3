"""Callbacks: signed, retried, kept through a restart, never to private addresses."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx
import pytest
from prefect.client.orchestration import PrefectClient

from deployments.gateway.settings import GatewaySettings
from deployments.gateway.webhook_signature import callback_secret

pytestmark = pytest.mark.gateway

Serve = Callable[..., Awaitable[httpx.AsyncClient]]


@dataclass
class Receiver:
    """An HTTP server that takes callbacks, after refusing some."""

    refusals: int = 0
    url: str = ""
    taken: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    seen: int = 0
    told: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        body = (await receive())["body"]
        self.seen += 1
        refused = self.seen <= self.refusals
        await send({"type": "http.response.start", "status": 500 if refused else 204, "headers": []})
        await send({"type": "http.response.body"})
        if not refused:
            headers = {name.decode(): value.decode() for name, value in scope["headers"]}
            self.taken.append((headers, body))
            self.told.set()


@pytest.fixture
async def receiver(live: Callable[..., Awaitable[httpx.AsyncClient]]) -> Receiver:
    made = Receiver()
    made.url = f"{str((await live(made)).base_url).rstrip('/')}/hook"
    return made


@pytest.fixture
def open_settings(settings: GatewaySettings) -> GatewaySettings:
    return settings.model_copy(update={"gateway_callback_insecure": True})


async def told(receiver: Receiver) -> tuple[dict[str, str], dict[str, Any]]:
    async with asyncio.timeout(30):
        await receiver.told.wait()
    headers, body = receiver.taken[0]
    return headers, json.loads(body)


async def settled(prefect: PrefectClient, run_id: str) -> set[str]:
    """Tags of the run once its callback is not pending any more."""
    for _ in range(200):
        tags = set((await prefect.read_flow_run(UUID(run_id))).tags)
        if "callback:pending" not in tags:
            return tags
        await asyncio.sleep(0.05)
    pytest.fail("the callback stayed pending")


async def test_the_end_of_a_run_is_told_signed(
    serve: Serve,
    open_settings: GatewaySettings,
    receiver: Receiver,
    deploy: Callable[..., Awaitable[Any]],
    perform: Callable[..., Awaitable[Any]],
    prefect: PrefectClient,
    toys: Any,
) -> None:
    receiver.refusals = 1
    gateway = await serve(open_settings)
    deployed = await deploy(toys.count)
    body = {"flow": deployed.name, "callback": receiver.url}
    run_id = (await gateway.post("/api/v1/runs", json=body)).json()["run_id"]
    await perform(deployed, run_id)
    headers, message = await told(receiver)
    assert receiver.seen == 2
    assert headers["webhook-id"] == run_id
    assert message["type"] == "run.ended"
    assert (message["data"]["run_id"], message["data"]["state"]) == (run_id, "Completed")
    key = base64.b64decode(callback_secret(open_settings, "local").removeprefix("whsec_"))
    signed = f"{run_id}.{headers['webhook-timestamp']}.".encode() + receiver.taken[0][1]
    expected = "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    assert headers["webhook-signature"] == expected
    assert await settled(prefect, run_id) >= {"callback:delivered"}


async def test_a_callback_that_was_owed_is_delivered_by_the_next_gateway(
    serve: Serve,
    settings: GatewaySettings,
    open_settings: GatewaySettings,
    receiver: Receiver,
    deploy: Callable[..., Awaitable[Any]],
    perform: Callable[..., Awaitable[Any]],
    prefect: PrefectClient,
    toys: Any,
) -> None:
    from deployments.gateway.trigger import CALLBACK_LABEL, CALLBACK_PENDING

    deployed = await deploy(toys.fail)
    stored = await prefect.create_flow_run_from_deployment(
        deployed.id,
        parameters={"request": {"upto": 2}},
        tags=["owner:local", CALLBACK_PENDING],
        labels={CALLBACK_LABEL: receiver.url},
    )
    await perform(deployed, stored.id)
    assert not receiver.taken
    await serve(open_settings)
    _, message = await told(receiver)
    assert (message["data"]["run_id"], message["data"]["state"]) == (str(stored.id), "Failed")
    assert "can't count to 2" in message["data"]["message"]


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/hook",
        "https://localhost/hook",
        "https://10.0.0.1/hook",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/hook",
        "https://[::ffff:127.0.0.1]/hook",
        "https://0x7f000001/hook",
        "https://2130706433/hook",
        "http://93.184.216.34/hook",
        "https://user:password@93.184.216.34/hook",
        "ftp://93.184.216.34/hook",
        "file:///etc/passwd",
        "https:///hook",
        "https://93.184.216.34:0/hook",
        "https://93.184.216.34/a b",
        "https://93.184.216.34/a\r\nX: y",
        "javascript:alert(1)",
        "",
    ],
)
async def test_an_address_that_is_not_public_https_is_refused(
    gateway: httpx.AsyncClient, deploy: Callable[..., Awaitable[Any]], toys: Any, url: str
) -> None:
    deployed = await deploy(toys.count)
    answer = await gateway.post("/api/v1/runs", json={"flow": deployed.name, "callback": url})
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["pointer"] == "/callback"


async def test_a_public_address_is_taken(
    gateway: httpx.AsyncClient, deploy: Callable[..., Awaitable[Any]], prefect: PrefectClient, toys: Any
) -> None:
    deployed = await deploy(toys.count)
    body = {"flow": deployed.name, "callback": "https://93.184.216.34/hook"}
    answer = await gateway.post("/api/v1/runs", json=body)
    assert answer.status_code == 202
    stored = await prefect.read_flow_run(answer.json()["run_id"])
    assert "callback:pending" in stored.tags
