"""What a stack registers with its Prefect server: work pools, queues and the blocks that people may save."""

from prefect.client.orchestration import PrefectClient

from blocks.asset_store import AssetStore
from blocks.coingecko import CoinGecko
from blocks.exchange import Exchange
from blocks.model_registry import ModelRegistry
from blocks.warehouse import Warehouse
from deployments.stack.work_pools import ensure_work_pools

BLOCKS = (AssetStore, Warehouse, Exchange, CoinGecko, ModelRegistry)


async def register(api: str) -> None:
    """Register everything with the server at `api`; what is there already stays."""
    async with PrefectClient(api) as client:
        await ensure_work_pools(client)
        for block in BLOCKS:
            await block.aregister_type_and_schema(client=client)
