"""What can go wrong with an asset.

AssetStoreError
├── InvalidAssetPath   the path itself is refused
├── AssetNotFound      nothing is stored under it
├── AssetConflict      something else is stored under it
└── AssetDamaged       what came back is not what was stored
"""

from blocks.block_error import BlockError


class AssetStoreError(BlockError):
    """The store could not do it."""


class InvalidAssetPath(AssetStoreError, ValueError):
    """The path could lead out of the store, or could mean different files on different systems."""


class AssetNotFound(AssetStoreError):
    """Nothing is stored under this path."""


class AssetConflict(AssetStoreError):
    """Different bytes are stored under this path already; assets never change."""


class AssetDamaged(AssetStoreError):
    """The bytes do not have the digest that was recorded when they were stored."""
