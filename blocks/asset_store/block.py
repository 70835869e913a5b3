"""The asset store as a Prefect block."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO, ClassVar, Self
from urllib.parse import quote
from uuid import uuid4

from prefect.blocks.core import Block
from pydantic import AnyHttpUrl, Field, SecretStr, field_validator

from blocks.asset_store import content, signing
from blocks.asset_store.asset import Asset, StoredAsset
from blocks.asset_store.errors import AssetNotFound, AssetStoreError
from blocks.asset_store.local_default import signing_key
from blocks.asset_store.location import checked_location, storage_at
from blocks.asset_store.media_type import media_type_of
from blocks.asset_store.path import SCHEME, checked_path, path_in_uri
from blocks.asset_store.storage import Storage, StoredFile
from blocks.saved_block import saved_or_default
from blocks.settings import get_settings


class AssetStore(Block):
    """Files that runs make and people upload, in a local folder or in a Cloud Storage bucket.

    An asset is whole or absent, and never changes: the same bytes may be put again, others under the same path are
    refused.
    """

    _block_type_name: ClassVar[str | None] = "Asset store"
    _block_type_slug: ClassVar[str | None] = "asset-store"

    location: str = Field(
        description="Where the files are: file:///absolute/folder, or gs://bucket or gs://bucket/prefix.",
        examples=["file:///srv/assets", "gs://my-bucket/assets"],
    )
    public_url: AnyHttpUrl | None = Field(
        None,
        description="Address under which browsers reach the root of the store: the CDN or the gateway's /assets. "
        "Unset: Cloud Storage's own (signed) addresses.",
        examples=["https://cdn.example.com"],
    )
    signing_key: SecretStr | None = Field(
        None,
        min_length=16,
        description="Secret that signs links under public_url; the gateway must have the same. Unset: no signature.",
    )
    link_days: int = Field(7, ge=1, le=7, description="How long the links in results stay valid, in days.")
    credentials: SecretStr | None = Field(
        None,
        description="Service account key (JSON) for Cloud Storage. Unset: the credentials of the machine "
        "(workload identity, GOOGLE_APPLICATION_CREDENTIALS).",
    )

    @field_validator("location")
    @classmethod
    def _known_location(cls, location: str) -> str:
        return checked_location(location)

    @classmethod
    def default(cls, name: str = "default") -> Self:
        """The store saved as a block under `name`, else the folder <DATA_DIR>/assets read through the gateway.

        Remembered for 30 s in each process. Raises `BlockError` when the Prefect API is configured but away, or when
        a name other than "default" was never saved.
        """
        return saved_or_default(cls, name, cls._local_default)

    @classmethod
    def _local_default(cls) -> Self:
        settings = get_settings()
        return cls(
            location=(settings.home / "assets").as_uri(),
            public_url=AnyHttpUrl(f"{settings.gateway_url}/assets"),
            signing_key=SecretStr(signing_key(settings.home)),
        )

    @property
    def storage(self) -> Storage:
        """Where the files are. Takes hidden paths too, for bookkeeping; everything else goes through the methods."""
        key = self.credentials.get_secret_value() if self.credentials else None
        return storage_at(self.location, key)

    def put(
        self,
        path: str,
        data: bytes | BinaryIO | Path,
        media_type: str | None = None,
        *,
        metadata: dict[str, str] | None = None,
    ) -> Asset:
        """Store bytes, a file or a stream under `path`; atomic, and safe to repeat.

        Raises `InvalidAssetPath`, `AssetConflict` when other bytes are there, `AssetStoreError`.
        """
        checked_path(path)
        with content.reading(data) as source:
            stored = self.storage.create(path, source, media_type or media_type_of(path), metadata or {})
        return Asset(**self._facts(stored))

    def open(self, path_or_uri: str) -> BinaryIO:
        """A seekable stream over an asset; close it. Raises `AssetNotFound`, `InvalidAssetPath`."""
        return self.storage.open(self.path(path_or_uri))

    def download(self, path_or_uri: str, destination: Path) -> StoredAsset:
        """Copy an asset into a new file and compare its digest. Raises `AssetNotFound`, `AssetDamaged`."""
        return self._asset(self.storage.download(self.path(path_or_uri), destination))

    def stat(self, path_or_uri: str) -> StoredAsset:
        """What is recorded of an asset. Raises `AssetNotFound`, `InvalidAssetPath`."""
        return self._asset(self.storage.stat(self.path(path_or_uri)))

    def exists(self, path_or_uri: str) -> bool:
        """Whether something is stored there. Raises `InvalidAssetPath`."""
        try:
            self.storage.stat(self.path(path_or_uri))
        except AssetNotFound:
            return False
        return True

    def list(self, prefix: str = "") -> Iterator[StoredAsset]:
        """Assets whose path starts with `prefix`, by path."""
        if prefix:
            checked_path(prefix.rstrip("/"))
        return (self._asset(stored) for stored in self.storage.list(prefix))

    def remove(self, path_or_uri: str) -> None:
        """Remove an asset (Prefect's own `delete` removes the block). Raises `AssetNotFound`, `InvalidAssetPath`."""
        self.storage.delete(self.path(path_or_uri))

    def path(self, path_or_uri: str) -> str:
        """The checked path that a path, an `asset://` uri or a uri of this store names. Raises `InvalidAssetPath`."""
        if path_or_uri.startswith(SCHEME):
            return path_in_uri(path_or_uri)
        return checked_path(self.storage.path_in(path_or_uri) if "://" in path_or_uri else path_or_uri)

    def url(self, path_or_uri: str, expires: timedelta | None = None) -> str:
        """Address that a browser opens: under `public_url` (signed where there is a key), else Cloud Storage's own.

        `expires`: how long it stays valid; unset, `link_days`. A link without a signature does not expire.
        """
        path = self.path(path_or_uri)
        lifetime = expires or timedelta(days=self.link_days)
        if self.public_url is None:
            return self.storage.signed_url(path, lifetime)
        address = f"{str(self.public_url).rstrip('/')}/{quote(path)}"
        if self.signing_key is None:
            return address
        end = signing.expiry(lifetime)
        signature = signing.sign(self.signing_key.get_secret_value(), path, end)
        return f"{address}?expires={end}&signature={signature}"

    def verify(self, path: str, expires: str | int, signature: str) -> bool:
        """Whether a link's `expires` and `signature` allow reading `path` now; False where no key is configured."""
        if self.signing_key is None:
            return False
        return signing.verify(self.signing_key.get_secret_value(), path, expires, signature)

    def check(self) -> None:
        """Write, read and delete a small file. Raises `BlockError` saying what is wrong and what to do."""
        path, probe = f".check/{uuid4().hex}", b"asset store check"
        with content.reading(probe) as source:
            self.storage.create(path, source, "text/plain", {})
        try:
            with self.storage.open(path) as stream:
                if stream.read() != probe:
                    raise AssetStoreError(f"{self.location} gave back other bytes than were written.")
        finally:
            self.storage.delete(path)

    def _asset(self, stored: StoredFile) -> StoredAsset:
        own = {"path": stored.path, "created": stored.created, "metadata": stored.metadata}
        return StoredAsset(**self._facts(stored), **own)

    def _facts(self, stored: StoredFile) -> dict[str, Any]:
        return {
            "name": stored.path.rpartition("/")[2],
            "uri": self.storage.uri(stored.path),
            "media_type": stored.media_type,
            "bytes": stored.bytes,
            "sha256": stored.sha256,
            "url": self.url(stored.path),
        }
