"""Verdicts in real time through the gateway: what is answered is stored, belongs to a run, and counts once."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import UUID

import httpx
import pytest
import uvicorn
from prefect.client.orchestration import PrefectClient

from blocks.payment_store import PaymentStore
from blocks.settings import get_settings
from blocks.warehouse import Warehouse
from blocks.warehouse.tables import transaction_verdicts
from deployments.scorer import windows
from deployments.scorer.__main__ import private_socket
from deployments.scorer.address import socket_path
from deployments.scorer.app import create_app
from flows.fraud.verdicts import record_verdicts
from tasks.fraud.audit import replay, verify

pytestmark = [pytest.mark.fraud, pytest.mark.gateway]

Deploy = Callable[..., Awaitable[Any]]
ANALYZE = "/api/v1/fraud/analyze"


def payment(name: str, **changes: Any) -> dict[str, Any]:
    return {
        "transaction_id": name,
        "time": "2026-06-29T03:40:46Z",
        "amount": "349.00",
        "currency": "EUR",
        "customer_id": "customer-1",
        "terminal_id": "terminal-77",
        **changes,
    }


@pytest.fixture
async def recording(deploy: Deploy) -> Any:
    return await deploy(record_verdicts, capability="fraud", name="interactive")


@pytest.fixture
async def scorer(recording: Any, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[PaymentStore]:
    """A scorer on its socket, as the gateway of this test looks for it."""
    monkeypatch.setattr(windows, "WINDOW_SECONDS", 0.2)
    monkeypatch.setattr(windows, "LOOK_EVERY", 0.05)
    settings, store = get_settings(), PaymentStore.default()
    settings.home.mkdir(parents=True, exist_ok=True)
    store.migrate()
    server = uvicorn.Server(uvicorn.Config(create_app(settings, store), log_level="warning", access_log=False))
    task = asyncio.create_task(server.serve(sockets=[private_socket(socket_path(settings))]))
    while not server.started:
        assert not task.done(), "the scorer did not start"
        await asyncio.sleep(0.01)
    yield store
    server.should_exit = True
    await task


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(30):
        while not await condition():  # noqa: ASYNC110 - the other side is another program's database
            await asyncio.sleep(0.02)


async def answered(gateway: httpx.AsyncClient, *payments: dict[str, Any], **headers: Any) -> list[dict[str, Any]]:
    answer = await gateway.post(ANALYZE, json={"transactions": list(payments)}, headers=headers)
    assert answer.status_code == 200, answer.text
    verdicts: list[dict[str, Any]] = answer.json()["verdicts"]
    return verdicts


async def test_verdicts_come_at_once_and_are_recorded_by_their_run(
    gateway: httpx.AsyncClient,
    scorer: PaymentStore,
    recording: Any,
    prefect: PrefectClient,
    perform: Callable[..., Awaitable[Any]],
) -> None:
    verdicts = await answered(gateway, payment("t1"), payment("t2", amount="12.00", shop={"till": 4}))
    assert [one["transaction_id"] for one in verdicts] == ["t1", "t2"]
    for verdict in verdicts:
        assert 0 <= verdict["score"] <= 1
        assert verdict["latency_ms"] > 0
        assert {"feature", "value", "contribution", "text"} == set(verdict["reasons"][0])
    [run_id] = {one["run_id"] for one in verdicts}

    async def is_due() -> bool:
        run = await prefect.read_flow_run(UUID(run_id))
        return (await asyncio.to_thread(scorer.windows, "scheduled")) != [] and run.state_name == "Scheduled"

    await until(is_due)
    run = await perform(recording, run_id)
    assert run.state.is_completed(), run.state
    told = (await gateway.get(f"/api/v1/runs/{run_id}/result")).json()
    assert (told["verdicts"], len(told["alerts"])) == (2, len({one["decision"] for one in verdicts} - {"approve"}))
    for _ in range(2):  # a run that is repeated publishes nothing twice
        rows = [row for row in Warehouse.default().read(transaction_verdicts) if row["run_id"] == run_id]
        assert {(row["transaction_id"], row["decision"]) for row in rows} == {
            (one["transaction_id"], one["decision"]) for one in verdicts
        }
        assert len(rows) == 2
        await perform(recording, run_id)
    seen = await gateway.get(f"/api/v1/runs/{run_id}")
    assert seen.json()["flow"] == "record-verdicts/interactive"
    [later] = await answered(gateway, payment("t3"))
    assert later["run_id"] != run_id


async def test_nothing_is_made_without_traffic(
    gateway: httpx.AsyncClient, scorer: PaymentStore, prefect: PrefectClient
) -> None:
    assert await asyncio.to_thread(scorer.windows, "open", "closed", "scheduled") == []
    await answered(gateway, payment("t1"))

    async def closed() -> bool:
        return len(await asyncio.to_thread(scorer.windows, "scheduled")) == 1

    await until(closed)
    [spare] = await asyncio.to_thread(scorer.windows, "open")
    await asyncio.sleep(20 * windows.LOOK_EVERY)  # many looks later there is no other
    assert await asyncio.to_thread(scorer.windows, "open") == [spare]
    run = await prefect.read_flow_run(UUID(spare[0]))
    assert run.state is not None
    assert run.state.is_scheduled()


async def test_a_repeat_counts_once_and_a_changed_payment_is_a_conflict(
    gateway: httpx.AsyncClient, scorer: PaymentStore
) -> None:
    [first] = await answered(gateway, payment("t1"))
    [again] = await answered(gateway, payment("t1"))
    assert again["repeated"]
    assert (again["score"], again["run_id"]) == (first["score"], first["run_id"])
    together = await asyncio.gather(*(answered(gateway, payment("t2")) for _ in range(8)))
    assert sum(not one["repeated"] for [one] in together) == 1
    refused = await gateway.post(ANALYZE, json={"transactions": [payment("t9"), payment("t1", amount="350.00")]})
    assert refused.status_code == 409, refused.text
    assert refused.json()["transaction_ids"] == ["t1"]
    assert verify(scorer.audit())[0] == 2


HOSTILE: list[dict[str, Any]] = [
    {"amount": "-1"},
    {"amount": "NaN"},
    {"amount": 1e300},
    {"amount": "0.001"},
    {"amount": True},
    {"time": "2999-01-01T00:00:00Z"},
    {"time": "1901-01-01T00:00:00Z"},
    {"time": "soon"},
    {"customer_id": ""},
    {"customer_id": "p\u0430ypal"},
    {"transaction_id": "a\u200bb"},
    {"terminal_id": "x" * 65},
    {"device": "a\u0000b"},
    {"country": "D\x1bE"},
    {"currency": "ZZZ"},
    {"note": {"deep": "x" * 5000}},
]


async def test_hostile_payments_are_refused_whole(gateway: httpx.AsyncClient, scorer: PaymentStore) -> None:
    for changes in HOSTILE:
        answer = await gateway.post(ANALYZE, json={"transactions": [payment("good"), payment("bad") | changes]})
        assert answer.status_code == 422, (changes, answer.text)
        assert answer.json()["errors"], changes
    assert list(scorer.audit()) == []


async def test_bodies_that_are_too_large_or_no_json_are_refused(
    gateway: httpx.AsyncClient, scorer: PaymentStore
) -> None:
    huge = await gateway.post(ANALYZE, json={"transactions": [payment("x" * 10_000_000)]})
    assert huge.status_code == 413
    many = await gateway.post(ANALYZE, json={"transactions": [payment(f"t{n}") for n in range(501)]})
    assert many.status_code == 422
    for body in ('{"transactions": [{"amount": NaN}]}', "[" * 100_000, b"\xff\xfe", '{"transactions": 1e999}'):
        answer = await gateway.post(ANALYZE, content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == 422, answer.text
    assert list(scorer.audit()) == []


async def test_injections_are_only_text(gateway: httpx.AsyncClient, scorer: PaymentStore) -> None:
    nasty = ["'; DROP TABLE payments; --", '=HYPERLINK("http://x")', "%s %(x)s {0}", "\\x00 ' \" ;", "${jndi:x}"]
    payments = [payment(name, customer_id=name, terminal_id=name, device=name, country=name) for name in nasty]
    verdicts = await answered(gateway, *payments)
    assert [one["transaction_id"] for one in verdicts] == nasty
    assert [row.transaction_id for row in scorer.audit()] == nasty
    assert json.loads(scorer.given("local", nasty)[nasty[0]])["customer_id"] == nasty[0]
    assert verify(scorer.audit())[0] == 5


async def test_a_list_decides_from_the_next_payment_on(gateway: httpx.AsyncClient, scorer: PaymentStore) -> None:
    calm = {"amount": "12.00", "device": "d-7", "time": "2026-06-29T13:00:00Z"}
    assert (await answered(gateway, payment("t1", **calm)))[0]["decision"] == "approve"
    entry = {"list": "block", "field": "device", "value": "D-7", "reason": "stolen"}
    made = (await gateway.post("/api/v1/fraud/lists", json=entry)).json()
    [blocked] = await answered(gateway, payment("t2", **calm))
    assert (blocked["decision"], blocked["rules_hit"]) == ("block", ["block-list-device"])
    assert blocked["rules"][0]["text"] == "the device 'd-7' is on the block list: stolen"
    await gateway.delete(f"/api/v1/fraud/lists/{made['entry_id']}")
    assert (await answered(gateway, payment("t3", **calm)))[0]["decision"] == "approve"
    for row in scorer.audit():  # what the list said then still decides a replay
        assert replay(row)[0].decision == replay(row)[1].decision


async def test_priority_and_callback_belong_to_runs(gateway: httpx.AsyncClient, scorer: PaymentStore) -> None:
    for extra in ({"priority": "high"}, {"callback": "https://example.com/x"}):
        answer = await gateway.post(ANALYZE, json={"transactions": [payment("t1")], **extra})
        assert answer.status_code == 422, answer.text
        assert answer.json()["errors"][0]["pointer"] == f"/{next(iter(extra))}"


async def test_keys_need_the_scope_and_share_no_transactions(keyed: Any, scorer: PaymentStore) -> None:
    refused = await keyed.client.post(ANALYZE, json={"transactions": [payment("t1")]}, headers=keyed.key("crypto"))
    assert refused.status_code == 403
    assert refused.json()["scope"] == "fraud"
    mine, yours = keyed.key("fraud"), keyed.key("fraud")
    [first] = await answered(keyed.client, payment("t1"), **mine)
    [second] = await answered(keyed.client, payment("t1", amount="5.00"), **yours)
    assert not second["repeated"]
    assert first["run_id"] != second["run_id"]
    assert (await keyed.client.get(f"/api/v1/runs/{first['run_id']}", headers=mine)).status_code == 200
    assert (await keyed.client.get(f"/api/v1/runs/{first['run_id']}", headers=yours)).status_code == 404


async def test_a_window_whose_run_was_deleted_is_recorded_by_another(
    gateway: httpx.AsyncClient, scorer: PaymentStore, prefect: PrefectClient
) -> None:
    [verdict] = await answered(gateway, payment("t1"))
    await prefect.delete_flow_run(UUID(verdict["run_id"]))

    async def made() -> bool:
        runs = await prefect.read_flow_runs()
        return any(
            run.parameters == {"request": {"window": verdict["run_id"]}} and "owner:local" in run.tags for run in runs
        )

    await until(made)
