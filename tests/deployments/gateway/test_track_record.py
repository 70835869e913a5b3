"""GET /api/v1/crypto/track-record: how past forecasts turned out."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from blocks.warehouse import Warehouse
from blocks.warehouse.tables import forecast_scores
from tests.blocks.score_rows import scores
from tests.deployments.gateway.conftest import Keyed

pytestmark = pytest.mark.gateway
ADDRESS = "/api/v1/crypto/track-record"


def score(days_ago: int = 1) -> None:
    target = datetime.now(UTC) - timedelta(days=days_ago)
    rows = scores("scoring", range(1, 5), target_time=target)
    Warehouse.default().add(forecast_scores, rows, run_id="scoring")


async def test_what_was_scored_is_summed_up(gateway: httpx.AsyncClient) -> None:
    score()

    answer = await gateway.get(ADDRESS)

    assert answer.status_code == 200
    (record,) = answer.json()["records"]
    assert (record["model"], record["symbol"], record["steps"], record["forecasts"]) == ("lstm", "BTC", 4, 1)
    assert (record["mae"], record["mae_random_walk"]) == (0.5, 0.75)
    assert record["mae_skill"] == pytest.approx(1 / 3)
    assert record["coverage_80"] == 1


async def test_without_scores_it_says_what_to_do(gateway: httpx.AsyncClient) -> None:
    answer = await gateway.get(ADDRESS)

    assert answer.status_code == 404
    assert answer.json()["type"] == "urn:aiflows:nothing-scored"
    assert "score-forecasts" in answer.json()["detail"]
    score(days_ago=40)
    assert (await gateway.get(ADDRESS, params={"days": 30})).status_code == 404
    assert (await gateway.get(ADDRESS, params={"days": 60})).status_code == 200


@pytest.mark.parametrize("days", ["0", "731", "many"])
async def test_days_out_of_bounds_are_named(gateway: httpx.AsyncClient, days: str) -> None:
    answer = await gateway.get(ADDRESS, params={"days": days})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "?days"


async def test_a_key_of_another_capability_is_refused(keyed: Keyed) -> None:
    score()

    assert (await keyed.client.get(ADDRESS, headers=keyed.key("fraud"))).status_code == 403
    assert (await keyed.client.get(ADDRESS, headers=keyed.key("crypto"))).status_code == 200


async def test_a_warehouse_that_is_away_is_a_503(
    gateway: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("WAREHOUSE_URL", f"sqlite:///{tmp_path / 'file' / 'w.db'}")

    answer = await gateway.get(ADDRESS)

    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
