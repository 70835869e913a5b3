"""What is kept between runs of a video, and for how long."""

import logging
from datetime import UTC, datetime, timedelta

from blocks.asset_store import AssetNotFound, AssetStore, AssetStoreError
from tasks.video.job import WORK
from tasks.video.settings import VideoSettings

logger = logging.getLogger(__name__)


def sweep_work() -> int:
    """Remove segments and clips that were kept long enough; gives how many. What can't be removed now is left."""
    store, before = AssetStore.default(), datetime.now(UTC) - timedelta(hours=VideoSettings().kept_hours)
    removed = 0
    try:
        for asset in list(store.list(f"{WORK}/")):
            if asset.created < before:
                store.remove(asset.uri)
                removed += 1
    except AssetNotFound:  # another run sweeps at the same time
        pass
    except AssetStoreError as error:
        logger.warning("Old segments stay for now: %s", error)
    return removed
