"""What a place for files must be able to do; the folder and Cloud Storage both do."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Protocol

from pydantic import BaseModel, ConfigDict

CHUNK = 1 << 20  # bytes read at a time: large files never stand in memory


class StoredFile(BaseModel):
    """What is recorded of a stored file."""

    model_config = ConfigDict(frozen=True)

    path: str
    media_type: str
    bytes: int
    sha256: str
    created: datetime
    metadata: dict[str, str]


class Storage(Protocol):
    """Files under paths that were checked before; hidden paths are for the project's own bookkeeping."""

    def create(self, path: str, source: BinaryIO, media_type: str, metadata: dict[str, str]) -> StoredFile:
        """Store what `source` holds, all or nothing. The same bytes again change nothing; others: `AssetConflict`."""
        ...

    def open(self, path: str) -> BinaryIO:
        """A seekable stream over the content. Raises `AssetNotFound`."""
        ...

    def download(self, path: str, destination: Path) -> StoredFile:
        """Copy the content to a new file and compare its digest. Raises `AssetNotFound`, `AssetDamaged`."""
        ...

    def stat(self, path: str) -> StoredFile:
        """What is recorded. Raises `AssetNotFound`."""
        ...

    def list(self, prefix: str) -> Iterator[StoredFile]:
        """Files whose path starts with `prefix`, by path; hidden ones only when the prefix is hidden itself."""
        ...

    def delete(self, path: str) -> None:
        """Remove a file. Raises `AssetNotFound`."""
        ...

    def uri(self, path: str) -> str:
        """How results name the file."""
        ...

    def path_in(self, uri: str) -> str:
        """The path that a uri of this storage names. Raises `InvalidAssetPath`."""
        ...

    def signed_url(self, path: str, lifetime: timedelta) -> str:
        """An address of the storage's own. Raises `AssetStoreError` where there is none."""
        ...
