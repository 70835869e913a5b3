"""Removing what was sent of uploads that nobody went on with."""

import asyncio
import logging
from datetime import timedelta

from starlette.concurrency import run_in_threadpool

from blocks.asset_store import AssetStore
from blocks.block_error import BlockError
from blocks.uploads.session import ABANDONED, Uploads

logger = logging.getLogger("gateway")

EVERY_SECONDS = 3600.0


async def sweep_abandoned_uploads(every: float = EVERY_SECONDS, older_than: timedelta = ABANDONED) -> None:
    """Remove, every hour, uploads that were not touched for a day."""
    while True:
        await asyncio.sleep(every)
        try:
            removed = await run_in_threadpool(lambda: Uploads(AssetStore.default()).sweep(older_than))
        except BlockError as error:
            logger.warning("Abandoned uploads could not be removed: %s", error)
        else:
            logger.info("Removed %d files of abandoned uploads", removed)
