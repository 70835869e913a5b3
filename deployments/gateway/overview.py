"""What stands behind the gateway: pools, queues, workers and counts of runs, read at most every few seconds."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterExpectedStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
    FlowRunFilterWorkQueueName,
    WorkPoolFilter,
    WorkPoolFilterName,
)
from prefect.client.schemas.objects import StateType, WorkPool
from pydantic import BaseModel, Field

from deployments.gateway.catalogue import Catalogue
from deployments.gateway.prefect_access import PrefectAccess
from deployments.gateway.shared_read import SharedRead

FRESH_SECONDS = 5.0
COUNTED = timedelta(hours=24)


class Queue(BaseModel):
    """A work queue."""

    name: str
    priority: int = Field(description="1 is first.")
    paused: bool
    depth: int = Field(ge=0, description="Runs that are due and wait in it.")


class Worker(BaseModel):
    """A worker of a pool."""

    name: str
    status: str = Field(description="ONLINE or OFFLINE.")
    heartbeat_age: float | None = Field(description="Seconds since it was last heard of.")


class Pool(BaseModel):
    """A work pool."""

    name: str
    type: str
    paused: bool
    queues: list[Queue]
    workers: list[Worker]


class Overview(BaseModel):
    """Everything behind the gateway."""

    pools: list[Pool]
    runs: dict[str, dict[str, int]] = Field(description="Runs of the last 24 hours by capability and state.")


class Overviews:
    """Reads overviews."""

    def __init__(self, prefect: PrefectAccess, catalogue: Catalogue) -> None:
        self._prefect = prefect
        self._catalogue = catalogue
        self._overview = SharedRead(self._read, FRESH_SECONDS)

    async def latest(self, budget: float) -> Overview:
        """An overview at most 5 s old."""
        return await self._overview.latest(budget=budget)

    async def _read(self, budget: float | None) -> Overview:
        deployments = await self._catalogue.all(budget=budget)
        names = sorted({one.work_pool for one in deployments if one.work_pool})
        capabilities = sorted({one.capability for one in deployments if one.capability})

        async def pools(client: PrefectClient) -> list[WorkPool]:
            return await client.read_work_pools(work_pool_filter=WorkPoolFilter(name=WorkPoolFilterName(any_=names)))

        found = await self._prefect.call(pools, budget)
        described = await asyncio.gather(*(self._pool(pool, budget) for pool in found))
        counts = await asyncio.gather(*(self._counts(capability, budget) for capability in capabilities))
        return Overview(pools=list(described), runs=dict(zip(capabilities, counts, strict=True)))

    async def _pool(self, pool: WorkPool, budget: float | None) -> Pool:
        queues = await self._prefect.call(lambda client: client.read_work_queues(work_pool_name=pool.name), budget)
        workers = await self._prefect.call(lambda client: client.read_workers_for_work_pool(pool.name), budget)
        depths = await asyncio.gather(*(self._depth(pool.name, queue.name, budget) for queue in queues))
        now = datetime.now(UTC)
        return Pool(
            name=pool.name,
            type=pool.type,
            paused=pool.is_paused,
            queues=[
                Queue(name=queue.name, priority=queue.priority, paused=queue.is_paused, depth=depth)
                for queue, depth in zip(queues, depths, strict=True)
            ],
            workers=[
                Worker(
                    name=worker.name,
                    status=worker.status.value if worker.status else "OFFLINE",
                    heartbeat_age=(
                        round((now - worker.last_heartbeat_time).total_seconds(), 1)
                        if worker.last_heartbeat_time
                        else None
                    ),
                )
                for worker in workers
            ],
        )

    async def _depth(self, pool: str, queue: str, budget: float | None) -> int:
        chosen = FlowRunFilter(
            work_queue_name=FlowRunFilterWorkQueueName(any_=[queue]),
            state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED, StateType.PENDING])),
            expected_start_time=FlowRunFilterExpectedStartTime(before_=datetime.now(UTC)),
        )
        in_pool = WorkPoolFilter(name=WorkPoolFilterName(any_=[pool]))
        return await self._prefect.call(
            lambda client: client.count_flow_runs(flow_run_filter=chosen, work_pool_filter=in_pool), budget
        )

    async def _counts(self, capability: str, budget: float | None) -> dict[str, int]:
        end = datetime.now(UTC)
        body = {
            "history_start": (end - COUNTED).isoformat(),
            "history_end": end.isoformat(),
            "history_interval_seconds": COUNTED.total_seconds(),
            "flow_runs": {"tags": {"all_": [f"capability:{capability}"]}},
        }

        async def read(client: PrefectClient) -> Any:
            return (await client.request("POST", "/flow_runs/history", json=body)).json()

        counts: dict[str, int] = {}
        for interval in await self._prefect.call(read, budget):
            for state in interval["states"]:
                name = str(state["state_type"]).capitalize()
                counts[name] = counts.get(name, 0) + int(state["count_runs"])
        return counts
