"""Who may do what."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from deployments.gateway.settings import GatewaySettings

pytestmark = pytest.mark.gateway

Deploy = Callable[..., Awaitable[Any]]


async def test_without_a_key_only_probes_and_docs_answer(keyed: Any) -> None:
    for path in ("/health", "/ready", "/metrics", "/docs", "/openapi.json"):
        assert (await keyed.client.get(path)).status_code in {200, 503}, path
    for path in ("/status", "/api/v1/flows", "/api/v1/runs", "/api/v1/schedules", "/api/v1/none"):
        answer = await keyed.client.get(path)
        assert answer.status_code == 401, path
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer aif_wrong"},
        {"Authorization": "Basic YTpi"},
        {"X-API-Key": "aif_wrong"},
        {"X-API-Key": ""},
        {"Authorization": "Bearer "},
    ],
)
async def test_a_wrong_key_is_401_before_the_body_is_read(keyed: Any, headers: dict[str, str]) -> None:
    answer = await keyed.client.post("/api/v1/runs", content=b"{", headers=headers)
    assert answer.status_code == 401


async def test_either_header_takes_a_key(keyed: Any) -> None:
    bearer = keyed.key("crypto")
    token = bearer["Authorization"].removeprefix("Bearer ")
    for headers in (bearer, {"X-API-Key": token}, {"Authorization": f"bearer {token}"}):
        assert (await keyed.client.get("/api/v1/runs", headers=headers)).status_code == 200


async def test_a_key_runs_what_its_scopes_allow(keyed: Any, deploy: Deploy, toys: Any) -> None:
    crypto = await deploy(toys.count, capability="crypto")
    fraud = await deploy(toys.count, capability="fraud")
    training = await deploy(toys.count, capability="crypto", tags=("training",))
    headers = keyed.key("crypto")
    assert (await keyed.client.post("/api/v1/runs", json={"flow": crypto.name}, headers=headers)).status_code == 202
    for deployed in (fraud, training):
        answer = await keyed.client.post("/api/v1/runs", json={"flow": deployed.name}, headers=headers)
        assert answer.status_code == 403
        answer = await keyed.client.post(
            "/api/v1/schedules", json={"flow": deployed.name, "cron": "5 * * * *"}, headers=headers
        )
        assert answer.status_code == 403
    listed = (await keyed.client.get("/api/v1/flows", headers=headers)).json()["flows"]
    assert {one["capability"] for one in listed} <= {"crypto", "light"}
    answer = await keyed.client.post(
        "/api/v1/runs", json={"flow": training.name}, headers=keyed.key("crypto", "training")
    )
    assert answer.status_code == 202


async def test_an_orchestration_needs_the_scope_of_each_task(keyed: Any, deploy: Deploy) -> None:
    from flows.orchestration import orchestrate

    await deploy(orchestrate, capability="light", name="interactive")
    tasks = [{"type": "crypto_prediction", "params": {"symbol": "ETH"}}]
    both = [*tasks, {"type": "fraud_detection", "params": {"transactions_uri": "https://example.com/t.csv"}}]
    headers = keyed.key("crypto")
    allowed = await keyed.client.post("/api/v1/orchestrate", json={"tasks": tasks}, headers=headers)
    refused = await keyed.client.post("/api/v1/orchestrate", json={"tasks": both}, headers=headers)
    assert (allowed.status_code, refused.status_code) == (202, 403)
    assert refused.json()["scope"] == "fraud"


async def test_runs_are_their_owners_alone(keyed: Any, deploy: Deploy, toys: Any) -> None:
    deployed = await deploy(toys.count)
    mine, other, admin = keyed.key("crypto"), keyed.key("crypto"), keyed.key("admin")
    same = {"Idempotency-Key": "the-same"}
    first, second = [
        (await keyed.client.post("/api/v1/runs", json={"flow": deployed.name}, headers={**who, **same})).json()
        for who in (mine, other)
    ]
    assert first["run_id"] != second["run_id"]
    path = f"/api/v1/runs/{first['run_id']}"
    for suffix in ("", "/result", "/logs", "/events"):
        assert (await keyed.client.get(path + suffix, headers=other)).status_code == 404
    assert (await keyed.client.post(f"{path}/cancel", headers=other)).status_code == 404
    assert (await keyed.client.get(path, headers=mine)).status_code == 200
    assert (await keyed.client.get(path, headers=admin)).status_code == 200
    listed = (await keyed.client.get("/api/v1/runs", headers=mine)).json()["runs"]
    assert [run["run_id"] for run in listed] == [first["run_id"]]


async def test_schedules_are_their_owners_alone(keyed: Any, deploy: Deploy, toys: Any) -> None:
    deployed = await deploy(toys.count)
    mine, other = keyed.key("crypto"), keyed.key("crypto")
    body = {"flow": deployed.name, "cron": "5 * * * *", "active": False}
    made = (await keyed.client.post("/api/v1/schedules", json=body, headers=mine)).json()
    assert (await keyed.client.get("/api/v1/schedules", headers=other)).json() == {"schedules": []}
    path = f"/api/v1/schedules/{made['id']}"
    assert (await keyed.client.patch(path, json={"active": True}, headers=other)).status_code == 404
    assert (await keyed.client.patch(path, json={"active": True}, headers=mine)).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "[::bad", ""])
async def test_without_keys_other_names_are_refused(gateway: httpx.AsyncClient, host: str) -> None:
    answer = await gateway.get("/api/v1/runs", headers={"Host": host})
    assert answer.status_code == 403


async def test_without_keys_other_web_sites_are_refused(gateway: httpx.AsyncClient) -> None:
    answer = await gateway.post("/api/v1/assets?name=a.csv", content=b"a,b", headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    answer = await gateway.get("/api/v1/runs", headers={"Origin": "http://127.0.0.1:4200"})
    assert answer.status_code == 200


async def test_a_key_is_rate_limited(
    serve: Callable[..., Awaitable[httpx.AsyncClient]], settings: GatewaySettings
) -> None:
    from deployments.gateway.api_keys import ApiKeys

    keys = ApiKeys(settings.api_keys_file)
    one, two = ({"X-API-Key": keys.add(name, frozenset({"crypto"}))[1]} for name in ("one", "two"))
    client = await serve(settings.model_copy(update={"gateway_rate_limit": "3/minute"}))
    answers = [await client.get("/api/v1/runs", headers=one) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer.headers["ratelimit"].split(";")[1] for answer in answers] == ["r=2", "r=1", "r=0", "r=0"]
    assert 0 < int(answers[3].headers["retry-after"]) <= 60
    assert answers[3].headers["content-type"] == "application/problem+json"
    assert (await client.get("/api/v1/runs", headers=two)).status_code == 200
    assert (await client.get("/health")).status_code == 200
