"""Assets of a run whose bytes may differ from one attempt to the next: what the first attempt published stays."""

from collections.abc import Callable

from blocks.asset_store import Asset, AssetStore
from tasks.run import asset_path


def put_once(name: str, make: Callable[[], bytes], media_type: str) -> Asset:
    """The run's asset of that name, made if it is not there yet. Raises `AssetStoreError`."""
    store, path = AssetStore.default(), asset_path(name)
    if store.exists(path):
        return Asset(**store.stat(path).model_dump(include=set(Asset.model_fields)))
    return store.put(path, make(), media_type)
