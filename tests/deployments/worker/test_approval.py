"""A rebalancing that waits for approval on a warm worker: holds no executor, goes on with the very same orders."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from blocks.settings import get_settings
from blocks.warehouse import Warehouse
from blocks.warehouse.tables import paper_accounts

pytestmark = pytest.mark.worker

ENTRYPOINT = "flows/crypto/rebalancing.py:rebalance_portfolio"
KEPT = ("held.json", "history.json", "proposal.json", "rebalancing.png")


@pytest.fixture
def of_worker(warm: Any, isolated_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The worker's data folder, as this test's own too."""
    monkeypatch.setenv("DATA_DIR", str(isolated_home / "var"))
    get_settings.cache_clear()
    yield isolated_home / "var"
    get_settings.cache_clear()


@pytest.fixture
def rebalance(warm: Any) -> UUID:
    client = warm.client
    return client.create_deployment(
        flow_id=client.create_flow_from_name("rebalance-portfolio"),
        name=f"test-{uuid4().hex[:8]}",
        work_pool_name=warm.name,
        entrypoint=ENTRYPOINT,
        parameter_openapi_schema={"type": "object", "properties": {}},
    )


def order(account: str) -> dict[str, Any]:
    """Cash to be put into the recorded sample's one coin."""
    return {
        "cash": "10000",
        "universe": ["BTC"],
        "exchange": "sample",
        "quote": "USD",
        "strategy": "equal-weight",
        "execute": "paper",
        "account": account,
    }


def resume(warm: Any, run: UUID, approve: bool) -> None:
    answer = {"run_input": {"approve": approve, "note": "seen"}}
    status = warm.client.request("POST", f"/flow_runs/{run}/resume", json=answer).json()["status"]
    assert status == "ACCEPT"


def accounts(name: str) -> list[dict[str, Any]]:
    query = select(paper_accounts).where(paper_accounts.c.account == f"local/{name}")
    return Warehouse.default().read(query.order_by(paper_accounts.c.version))


def test_approved_orders_are_those_that_were_shown(warm: Any, of_worker: Path, rebalance: UUID) -> None:
    account = f"a-{uuid4().hex[:8]}"
    run = warm.submit(rebalance, request=order(account))
    suspended = warm.wait(run, "Suspended", seconds=40)
    folder = of_worker / "assets" / "runs" / str(run)
    before = {name: (folder / name).read_bytes() for name in KEPT}
    assert warm.wait(warm.run("noop")).state.name == "Completed", "the executor is free"
    assert accounts(account) == [], "nothing is traded before someone says so"
    assert suspended.state.state_details.pause_key == "approval"

    resume(warm, run, approve=True)
    warm.wait(run, "Completed", seconds=40)

    assert {name: (folder / name).read_bytes() for name in KEPT} == before
    opened, traded = accounts(account)
    assert (opened["event"], opened["cash"], opened["amounts"]) == ("opened", "10000", {})
    [proposed] = json.loads(before["proposal.json"])["orders"]
    [fill] = traded["fills"]
    assert (fill["status"], fill["filled"], fill["price"]) == ("filled", proposed["amount"], proposed["price"])
    assert traded["amounts"] == {"BTC": proposed["amount"]}
    assert 190 < float(traded["cash"]) < 250


def test_declined_orders_are_not_traded(warm: Any, of_worker: Path, rebalance: UUID) -> None:
    account = f"d-{uuid4().hex[:8]}"
    run = warm.submit(rebalance, request=order(account))
    warm.wait(run, "Suspended", seconds=40)
    resume(warm, run, approve=False)
    ended = warm.wait(run, seconds=40)
    assert (ended.state.name, ended.state.type.value) == ("Declined", "COMPLETED")
    assert accounts(account) == []


def test_a_run_that_waits_can_be_cancelled(warm: Any, of_worker: Path, rebalance: UUID) -> None:
    account = f"c-{uuid4().hex[:8]}"
    run = warm.submit(rebalance, request=order(account))
    warm.wait(run, "Suspended", seconds=40)
    warm.cancel(run)
    assert warm.wait(run).state.name == "Cancelled"
    assert accounts(account) == []
