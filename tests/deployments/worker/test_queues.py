"""Queues: their priorities order what waits, and a worker takes only from its own."""

from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.worker


def test_priority_orders_waiting_runs_and_names_choose_them(pool: Any, tmp_path: Path, eventually: Any) -> None:
    for queue, priority in (("high", 1), ("low", 3), ("foreign", 2)):
        pool.client.request("POST", f"/work_pools/{pool.name}/queues", json={"name": queue, "priority": priority})
    order = tmp_path / "order"
    low, high, foreign = (pool.deploy("stamp", queue=queue) for queue in ("low", "high", "foreign"))
    runs = [pool.submit(low, path=str(order), name="low") for _ in range(2)]
    elsewhere = pool.submit(foreign, path=str(order), name="foreign")
    runs += [pool.submit(high, path=str(order), name="high") for _ in range(2)]
    pool.start_worker("--work-queue", "high", "--work-queue", "low", WARM_EXECUTORS="1")
    for run in runs:
        pool.wait(run, "Completed", seconds=40)
    assert order.read_text().split() == ["high", "high", "low", "low"]
    assert pool.read(elsewhere).state.name in {"Scheduled", "Late"}


def test_pool_limit_is_kept(warm: Any, tmp_path: Path, eventually: Any) -> None:
    warm.client.request("PATCH", f"/work_pools/{warm.name}", json={"concurrency_limit": 1})
    try:
        markers = [tmp_path / "one", tmp_path / "two"]
        runs = [warm.run("linger", marker=str(marker), seconds=0.8) for marker in markers]
        eventually(lambda: any(marker.exists() for marker in markers))
        assert sorted(warm.read(run).state.name for run in runs) == ["Running", "Scheduled"]
        assert [warm.wait(run).state.name for run in runs] == ["Completed", "Completed"]
    finally:
        warm.client.request("PATCH", f"/work_pools/{warm.name}", json={"concurrency_limit": None})
