"""Where a store is: a folder or a bucket, as one address."""

from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from blocks.asset_store.folder import FolderStorage
from blocks.asset_store.storage import Storage


def checked_location(location: str) -> str:
    """`location` itself when it is file:///absolute/folder or gs://bucket[/prefix]. Raises `ValueError`."""
    parts = urlsplit(location)
    if not (parts.query or parts.fragment):
        if parts.scheme == "file" and not parts.netloc and Path(unquote(parts.path)).is_absolute():
            return location
        if parts.scheme == "gs" and parts.netloc and "//" not in parts.path:
            return location.rstrip("/")
    raise ValueError("must be file:///absolute/folder or gs://bucket/prefix")


@lru_cache(maxsize=16)
def storage_at(location: str, credentials: str | None) -> Storage:
    """The storage at a location, made once a process: a client's connections are worth keeping."""
    parts = urlsplit(location)
    if parts.scheme == "file":
        return FolderStorage(Path(unquote(parts.path)))
    from blocks.asset_store.cloud_storage import CloudStorage  # noqa: PLC0415 - google-cloud where it is used

    return CloudStorage(parts.netloc, parts.path.strip("/"), credentials)
