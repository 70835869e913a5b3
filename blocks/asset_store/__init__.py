"""Files that runs make and people upload: in a local folder or in Cloud Storage."""

from blocks.asset_store.asset import Asset, StoredAsset
from blocks.asset_store.block import AssetStore
from blocks.asset_store.errors import AssetConflict, AssetDamaged, AssetNotFound, AssetStoreError, InvalidAssetPath

__all__ = [
    "Asset",
    "AssetConflict",
    "AssetDamaged",
    "AssetNotFound",
    "AssetStore",
    "AssetStoreError",
    "InvalidAssetPath",
    "StoredAsset",
]
