"""GET /api/v1/crypto/sentiment/{symbol}: the latest stored score, and a run that makes a new one."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from prefect.client.schemas.objects import FlowRun

from blocks.warehouse import Warehouse
from blocks.warehouse.tables import sentiment_scores
from flows.crypto.sentiment import analyse_sentiment
from tests.deployments.gateway.conftest import Deployed, Keyed
from tests.tasks.sentiment.score_rows import score_row

pytestmark = pytest.mark.gateway
ADDRESS = "/api/v1/crypto/sentiment/BTC"


def store(run_id: str, hours_ago: float, **changes: Any) -> None:
    at = datetime.now(UTC) - timedelta(hours=hours_ago)
    Warehouse.default().publish(sentiment_scores, [score_row(run_id, at, **changes)], run_id=run_id)


async def test_the_latest_score_with_its_age(gateway: httpx.AsyncClient) -> None:
    store("old", 5, score=0.5)
    store("new", 2, score=-0.25)
    store("other", 1, score=0.75, symbol="ETH")

    answer = await gateway.get("/api/v1/crypto/sentiment/btc")

    assert answer.status_code == 200
    body = answer.json()
    assert (body["run_id"], body["symbol"], body["score"]) == ("new", "BTC", -0.25)
    assert 7200 <= body["age_seconds"] < 7260
    assert body["volume"] == {"reddit": 7, "news:decrypt.co": 3}
    assert body["sources"][0]["links"] == ["https://www.reddit.com/r/CryptoCurrency/comments/1/"]


async def test_without_a_score_it_says_how_to_get_one(gateway: httpx.AsyncClient) -> None:
    answer = await gateway.get(ADDRESS)

    assert answer.status_code == 404
    assert answer.json()["type"] == "urn:aiflows:no-sentiment"
    assert "refresh=true" in answer.json()["detail"]


async def test_refresh_triggers_the_flow(
    gateway: httpx.AsyncClient, deploy: Callable[..., Awaitable[Deployed]], prefect: Any
) -> None:
    await deploy(analyse_sentiment, name="interactive")

    answer = await gateway.get(
        ADDRESS, params={"refresh": "true", "hours": 6, "priority": "high"}, headers={"Idempotency-Key": "one"}
    )
    again = await gateway.get(
        ADDRESS, params={"refresh": "true", "hours": 6, "priority": "high"}, headers={"Idempotency-Key": "one"}
    )

    assert answer.status_code == again.status_code == 202
    assert answer.json()["run_id"] == again.json()["run_id"]
    assert answer.headers["Location"].endswith(answer.json()["run_id"])
    run: FlowRun = await prefect.read_flow_run(answer.json()["run_id"])
    assert run.parameters == {"request": {"symbol": "BTC", "hours": 6}}
    assert run.work_queue_name == "crypto-high"


@pytest.mark.parametrize(
    ("address", "pointer"),
    [
        ("/api/v1/crypto/sentiment/B%20C", "{symbol}"),
        (f"{ADDRESS}?hours=0", "?hours"),
        (f"{ADDRESS}?refresh=maybe", "?refresh"),
    ],
)
async def test_what_is_wrong_is_named(gateway: httpx.AsyncClient, address: str, pointer: str) -> None:
    answer = await gateway.get(address)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer


async def test_a_key_of_another_capability_is_refused(keyed: Keyed) -> None:
    store("new", 2)

    for params in ({}, {"refresh": "true"}):
        assert (await keyed.client.get(ADDRESS, params=params, headers=keyed.key("fraud"))).status_code == 403
    assert (await keyed.client.get(ADDRESS, headers=keyed.key("crypto"))).status_code == 200


async def test_a_warehouse_that_is_away_is_a_503(
    gateway: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("WAREHOUSE_URL", f"sqlite:///{tmp_path / 'file' / 'w.db'}")

    answer = await gateway.get(ADDRESS)

    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
