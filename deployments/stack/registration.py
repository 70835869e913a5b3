"""What a stack registers with its Prefect server: work pools, queues and the blocks that people may save."""

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.exceptions import ObjectAlreadyExists
from prefect.workers.base import BaseWorker

from blocks.asset_store import AssetStore
from blocks.coingecko import CoinGecko
from blocks.exchange import Exchange
from blocks.model_registry import ModelRegistry
from blocks.warehouse import Warehouse
from deployments.stack.work_pools import POOLS, interactive_queues

BLOCKS = (AssetStore, Warehouse, Exchange, CoinGecko, ModelRegistry)


async def register(api: str) -> None:
    """Register everything with the server at `api`; what is there already stays."""
    async with PrefectClient(api) as client:
        await _ensure_work_pools(client)
        for block in BLOCKS:
            await block.aregister_type_and_schema(client=client)


async def _ensure_work_pools(client: PrefectClient) -> None:
    """Create the pools and queues that are not there; those that are keep their limits and pauses."""
    for name, (kind, description) in POOLS.items():
        worker = BaseWorker.get_worker_class_from_type(kind)
        if worker is None:
            raise LookupError(f"no worker of type {kind!r} is installed")
        try:
            await client.create_work_pool(
                WorkPoolCreate(
                    name=name,
                    type=kind,
                    description=description,
                    base_job_template=worker.get_default_base_job_template(),
                )
            )
        except ObjectAlreadyExists:
            continue
    await _ensure_queues(client)


async def _ensure_queues(client: PrefectClient) -> None:
    found = {queue.name: queue for queue in await client.read_work_queues(work_pool_name="interactive")}
    # In ascending order, as giving one queue a priority moves those behind it.
    for priority, name in enumerate(interactive_queues(), start=1):
        if name not in found:
            await client.create_work_queue(name=name, priority=priority, work_pool_name="interactive")
        elif found[name].priority != priority:
            await client.update_work_queue(found[name].id, priority=priority)
