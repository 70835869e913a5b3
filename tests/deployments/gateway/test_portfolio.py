"""POST /api/v1/crypto/portfolio/{risk,rebalance}: what is stored, and what is refused before."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from prefect.client.orchestration import PrefectClient

from flows.crypto.rebalancing import rebalance_portfolio
from flows.crypto.risk import assess_risk
from tests.deployments.gateway.conftest import Keyed

pytestmark = pytest.mark.gateway

RISK, REBALANCE = "/api/v1/crypto/portfolio/risk", "/api/v1/crypto/portfolio/rebalance"
Deploy = Callable[..., Awaitable[Any]]


@pytest.fixture
async def deployed(deploy: Deploy) -> dict[str, Any]:
    return {
        RISK: await deploy(assess_risk, capability="crypto", name="interactive"),
        REBALANCE: await deploy(rebalance_portfolio, capability="crypto", name="interactive"),
    }


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize(
    ("path", "body", "stored"),
    [
        (RISK, {"holdings": {"btc": "0.25"}}, {"holdings": {"BTC": "0.25"}}),
        (RISK, {"holdings": {"BTC": 0.1}, "cash": 5}, {"holdings": {"BTC": "0.1"}, "cash": "5"}),
        (
            REBALANCE,
            {"holdings": {"BTC": "1"}, "universe": ["eth", "BTC"], "strategy": "min-cvar", "priority": "high"},
            {"holdings": {"BTC": "1"}, "universe": ["ETH", "BTC"], "strategy": "min-cvar"},
        ),
        (REBALANCE, {"execute": "paper", "universe": ["BTC"]}, {"execute": "paper", "universe": ["BTC"]}),
    ],
    ids=str,
)
async def test_a_request_is_stored_as_it_was_meant(
    gateway: httpx.AsyncClient, prefect: PrefectClient, path: str, body: dict[str, Any], stored: dict[str, Any]
) -> None:
    answer = await gateway.post(path, json=body)
    assert answer.status_code == 202, answer.text
    run = await prefect.read_flow_run(UUID(answer.json()["run_id"]))
    assert run.parameters["request"] == stored
    assert run.work_queue_name == f"crypto-{body.get('priority', 'normal')}"


REFUSED: list[tuple[str, dict[str, Any], str, str]] = [
    (RISK, {}, "/holdings", "required"),
    (RISK, {"holdings": {}}, "/holdings", "at least 1"),
    (RISK, {"holdings": {"BTC": "-1"}}, "/holdings/BTC", "negative"),
    (RISK, {"holdings": {"BTC": "0"}}, "/holdings/BTC", "leave the coin out"),
    (RISK, {"holdings": {"BTC": "NaN"}}, "/holdings/BTC", "finite"),
    (RISK, {"holdings": {"BTC": "1e16"}}, "/holdings/BTC", "at most 1e15"),
    (RISK, {"holdings": {"BTC": "a lot"}}, "/holdings/BTC", "not a decimal number"),
    (RISK, {"holdings": {"BTC": True}}, "/holdings/BTC", "decimal number"),
    (RISK, {"holdings": {"BTC": "1e-19"}}, "/holdings/BTC", "18 decimals"),
    (RISK, {"holdings": {"BTC": "1", "btc": "2"}}, "/holdings", "BTC stands twice"),
    (RISK, {"holdings": {"USDT": "1"}}, "", "give it as cash"),
    (RISK, {"holdings": {"BTC/USDT": "1"}}, "/holdings/BTC~1USDT/[key]", "pattern"),
    (RISK, {"holdings": {f"C{i}": "1" for i in range(51)}}, "/holdings", "at most 50"),
    (RISK, {"holdings": {"BTC": "1"}, "cash": "-5"}, "/cash", "negative"),
    (RISK, {"holdings": {"BTC": "1"}, "surprise": 1}, "/surprise", "not permitted"),
    (REBALANCE, {"holdings": {"BTC": "1"}, "max_weight": 0}, "/max_weight", "greater than 0"),
    (REBALANCE, {"holdings": {"BTC": "1"}, "strategy": "yolo"}, "/strategy", "hrp"),
    (REBALANCE, {"holdings": {"BTC": "1"}, "universe": ["BTC", "btc"]}, "", "names a coin twice"),
    (REBALANCE, {"holdings": {"BTC": "1"}, "risk_budget": {"BTC": 0}}, "", "positive numbers"),
    (REBALANCE, {"holdings": {"BTC": "1"}, "execute": "live", "exchange": "sample"}, "", "own prices"),
    (REBALANCE, {"holdings": {"BTC": "1"}, "account": "../x"}, "/account", "pattern"),
]


@pytest.mark.usefixtures("deployed")
async def test_what_makes_no_sense_is_refused_before_anything_is_stored(gateway: httpx.AsyncClient) -> None:
    for path, body, pointer, said in REFUSED:
        answer = await gateway.post(path, json=body)
        assert answer.status_code == 422, (body, answer.text)
        errors = answer.json()["errors"]
        found = [error["detail"] for error in errors if error["pointer"] in {pointer, pointer or "/"}]
        assert any(said in detail for detail in found), (body, errors)


async def test_a_key_of_another_capability_is_refused(keyed: Keyed, deployed: dict[str, Any]) -> None:
    for path in (RISK, REBALANCE):
        body = {"holdings": {"BTC": "1"}}
        assert (await keyed.client.post(path, json=body, headers=keyed.key("fraud"))).status_code == 403
        assert (await keyed.client.post(path, json=body, headers=keyed.key("crypto"))).status_code == 202


async def test_an_assessment_can_be_waited_for(
    gateway: httpx.AsyncClient, deployed: dict[str, Any], perform: Callable[..., Awaitable[Any]]
) -> None:
    import asyncio

    body = {"holdings": {"BTC": "0.5"}, "exchange": "sample", "quote": "USD", "history_days": 400}
    key = {"Idempotency-Key": str(uuid4())}
    early = await gateway.post(RISK, json=body, headers=key)
    waiting = asyncio.create_task(gateway.post(RISK, json=body, headers={**key, "Prefer": "wait=30"}))
    await perform(deployed[RISK], early.json()["run_id"])
    answer = await waiting
    assert answer.status_code == 200, answer.text
    result = answer.json()["result"]
    assert result["historical"] is True
    assert result["positions"][0]["amount"] == "0.5"
    assert {tail["horizon_days"] for tail in result["tails"]} == {1, 10}
