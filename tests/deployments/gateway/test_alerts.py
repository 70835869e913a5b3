"""The queue of alerts over HTTP."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from blocks.alert_store import Alert, AlertSignal, AlertStore
from deployments.gateway.app import create_app
from deployments.gateway.settings import GatewaySettings

pytestmark = [pytest.mark.gateway, pytest.mark.fraud]

Live = Callable[..., Awaitable[httpx.AsyncClient]]
PATH = "/api/v1/fraud/alerts"


def raised(owner: str, *sources: str, score: float = 0.9) -> Alert:
    now = datetime.now(UTC)
    signals = [
        AlertSignal("transaction", one, f"customer of {one}", f"{one} looks wrong", score, now, {"transaction_id": one})
        for one in sources
    ]
    return AlertStore.default().raise_alerts(owner, signals)[0]


async def test_an_alert_is_found_looked_at_and_decided(gateway: httpx.AsyncClient) -> None:
    alert = raised("local", "t1")
    [listed] = (await gateway.get(PATH)).json()["alerts"]
    assert (listed["alert_id"], listed["state"], listed["title"]) == (alert.alert_id, "open", "t1 looks wrong")
    address = f"{PATH}/{alert.alert_id}"
    taken = await gateway.patch(address, json={"assignee": "ann", "note": "mine", "version": 1})
    assert (taken.status_code, taken.json()["state"], taken.json()["version"]) == (200, "assigned", 2)
    late = await gateway.patch(address, json={"state": "closed", "version": 1})
    assert (late.status_code, late.json()["type"]) == (409, "urn:aiflows:alert-changed")
    assert (await gateway.patch(address, json={"state": "confirmed_fraud"})).json()["state"] == "confirmed_fraud"
    wrong = await gateway.patch(address, json={"state": "escalated"})
    assert (wrong.status_code, wrong.json()["type"]) == (409, "urn:aiflows:alert-state")
    shown = (await gateway.get(address)).json()
    assert (shown["sources"], shown["evidence"][0]["transaction_id"]) == (["t1"], "t1")
    assert [event["event"] for event in shown["history"]] == ["raised", "changed", "changed"]
    assert shown["history"][1]["details"]["note"] == "mine"
    assert (await gateway.get(PATH)).json()["alerts"] == []
    assert len((await gateway.get(PATH, params={"state": "confirmed_fraud"})).json()["alerts"]) == 1


async def test_pages_and_filters(gateway: httpx.AsyncClient) -> None:
    for number in range(5):
        raised("local", f"t{number}", score=0.5 + number / 10)
    first = (await gateway.get(PATH, params={"limit": 2})).json()
    assert ([alert["score"] for alert in first["alerts"]], first["next_offset"]) == ([0.9, 0.8], 2)
    last = (await gateway.get(PATH, params={"limit": 2, "offset": 4})).json()
    assert (len(last["alerts"]), last["next_offset"]) == (1, None)
    assert len((await gateway.get(PATH, params={"min_score": 0.75})).json()["alerts"]) == 2
    assert (await gateway.get(PATH, params={"kind": "network"})).json()["alerts"] == []


async def test_only_their_owner_sees_them(keyed: Any) -> None:
    stranger, crypto, admin = (keyed.key(scope) for scope in ("fraud", "crypto", "admin"))
    key, secret = keyed.keys.add("test", frozenset({"fraud"}))
    address = f"{PATH}/{raised(key.id, 't1').alert_id}"
    callers = ({"X-API-Key": secret}, stranger, crypto, admin)
    seen = [(await keyed.client.get(address, headers=one)).status_code for one in callers]
    assert seen == [200, 404, 403, 200]
    assert (await keyed.client.patch(address, json={"note": "x"}, headers=crypto)).status_code == 403
    assert (await keyed.client.get(address)).status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        {"state": "gone"},
        {"assignee": "x" * 101},
        {"note": "x" * 2001},
        {"version": 0},
        {"score": 1},
        [],
        {},
        {"note": " "},
        {"version": 1},
    ],
)
async def test_what_is_no_change_is_refused(gateway: httpx.AsyncClient, body: Any) -> None:
    address = f"{PATH}/{raised('local', 't1').alert_id}"
    assert (await gateway.patch(address, json=body)).status_code == 422
    assert (await gateway.get(address)).json()["version"] == 1


async def test_the_same_again_changes_nothing_and_somebody_is_a_name(gateway: httpx.AsyncClient) -> None:
    address = f"{PATH}/{raised('local', 't1').alert_id}"
    nobody = await gateway.patch(address, json={"state": "assigned", "assignee": "  "})
    assert (nobody.status_code, nobody.json()["type"]) == (409, "urn:aiflows:alert-state")
    for _ in range(2):
        taken = await gateway.patch(address, json={"assignee": " ann "})
        assert (taken.json()["assignee"], taken.json()["version"]) == ("ann", 2)
    assert len((await gateway.get(address)).json()["history"]) == 2


async def test_an_alert_that_is_not_there_is_404(gateway: httpx.AsyncClient) -> None:
    assert (await gateway.get(f"{PATH}/{'0' * 32}")).status_code == 404
    assert (await gateway.patch(f"{PATH}/{'0' * 32}", json={"note": "x"})).status_code == 404
    assert (await gateway.get(f"{PATH}/nonsense")).status_code == 422


async def test_a_reader_hears_of_everything_and_misses_nothing(live: Live, settings: GatewaySettings) -> None:
    client = await live(create_app(settings))
    raised("local", "before")
    async with asyncio.timeout(20), client.stream("GET", f"{PATH}/events") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        chunks = answer.aiter_text()
        await anext(chunks)
        alert = await asyncio.to_thread(raised, "local", "t1")
        first = await _next(chunks)
    assert (first["event"], first["data"]["title"]) == ("raised", "t1 looks wrong")
    await client.patch(f"{PATH}/{alert.alert_id}", json={"state": "false_positive", "note": "a refund"})
    again = {"Last-Event-ID": first["id"]}
    async with asyncio.timeout(20), client.stream("GET", f"{PATH}/events", headers=again) as answer:
        changed = await _next(answer.aiter_text())
    assert (changed["event"], changed["data"]["details"]["note"]) == ("changed", "a refund")
    assert changed["data"]["state"] == "false_positive"


async def _next(chunks: Any) -> dict[str, Any]:
    text = ""
    async for chunk in chunks:
        text += chunk
        for block in text.split("\n\n")[:-1]:
            fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
            if "event" in fields:
                return {"event": fields["event"], "id": fields["id"], "data": json.loads(fields["data"])}
    raise AssertionError(f"the stream ended: {text}")
