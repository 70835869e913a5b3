"""Fetching what a uri names into a file: bounded, digested, and there only when it is whole."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from pydantic import BaseModel, ConfigDict

from blocks.asset_store import AssetDamaged, AssetNotFound, AssetStore, InvalidAssetPath
from blocks.asset_store.location import storage_at
from blocks.asset_store.media_type import UNKNOWN, media_type_of
from blocks.asset_store.path import checked_path
from blocks.asset_store.storage import CHUNK
from blocks.source.address import Resolve, allowed_addresses, resolve
from blocks.source.errors import SourceRefused, SourceTooLarge, SourceUnavailable, shown
from blocks.source.https import HttpsReader
from blocks.source.settings import SourceSettings
from blocks.source.uri import checked_uri

HEAD = 4096  # bytes that tell the media type


class FetchedSource(BaseModel):
    """A source that was fetched."""

    model_config = ConfigDict(frozen=True)

    path: Path
    media_type: str
    bytes: int
    sha256: str


class Sources:
    """What uris may point at: the asset store, configured buckets, public https hosts. Nothing else is ever read."""

    def __init__(
        self, settings: SourceSettings | None = None, store: AssetStore | None = None, resolve: Resolve = resolve
    ) -> None:
        self.settings = settings or SourceSettings()
        self._store = store
        self._resolve = resolve
        self._https = HttpsReader(self.settings, resolve)

    def require_allowed(self, uri: str) -> None:
        """Check form, bucket, port and address without reading anything; for answering a request at once.

        Raises `SourceRefused`, `SourceUnavailable` for a name without address. `fetch` checks again.
        """
        parts = urlsplit(_in_form(uri))
        if parts.scheme == "gs":
            self._in_store_or_open_bucket(uri)
        elif parts.scheme == "https":
            self._https.require_port(uri)
            host, port = parts.hostname or "", parts.port or 443
            allowed_addresses(host, self._resolve(host, port), self.settings.networks)

    def fetch(self, uri: str, destination: Path, max_bytes: int) -> FetchedSource:
        """Write what `uri` names to `destination`, replacing what is there, if it has at most `max_bytes`.

        Raises `SourceRefused`, `SourceTooLarge`, `SourceUnavailable`; then `destination` is as it was.
        """
        parts = urlsplit(_in_form(uri))
        if parts.scheme == "https":
            with self._https.reading(uri, max_bytes) as (announced, chunks):
                expected = _Expected(uri, announced.partition(";")[0].strip(), max_bytes)
                return _keep(chunks, destination, expected)
        with self._stored(uri) as (stream, media_type, recorded):
            chunks = iter(lambda: stream.read(CHUNK), b"")
            return _keep(chunks, destination, _Expected(uri, media_type, max_bytes, recorded))

    @contextmanager
    def _stored(self, uri: str) -> Iterator[tuple[BinaryIO, str, str | None]]:
        try:
            store = self._in_store_or_open_bucket(uri)
            if store:
                stored = store.stat(uri)
                opened, media_type, recorded = store.open(uri), stored.media_type, stored.sha256
            else:
                parts = urlsplit(uri)
                bucket = storage_at(f"gs://{parts.netloc}", None)
                opened, media_type, recorded = bucket.open(checked_path(parts.path.removeprefix("/"))), "", None
            with opened as stream:
                yield stream, media_type, recorded
        except AssetNotFound as error:
            raise SourceUnavailable(str(error)) from error

    def _in_store_or_open_bucket(self, uri: str) -> AssetStore | None:
        """The store whose asset it is, or None for a bucket that is open to requests. Raises `SourceRefused`."""
        store = self._store or AssetStore.default()
        try:
            store.path(uri)
        except InvalidAssetPath as error:
            bucket = urlsplit(uri).netloc
            if uri.startswith("gs://") and bucket in self.settings.buckets:
                return None
            raise SourceRefused(
                f"{shown(uri)} is not open to requests; its operator lists buckets in SOURCE_BUCKETS."
            ) from error
        return store


def fetch(uri: str, destination: Path, max_bytes: int) -> FetchedSource:
    """Write what `uri` names to `destination` by this process's settings; see `Sources.fetch`."""
    return Sources().fetch(uri, destination, max_bytes)


def _in_form(uri: str) -> str:
    try:
        return checked_uri(uri)
    except ValueError as error:
        raise SourceRefused(f"The source uri {error}.") from error


@dataclass(frozen=True)
class _Expected:
    """What is known of a source before it is read."""

    uri: str
    media_type: str
    max_bytes: int
    sha256: str | None = None


def _keep(chunks: Iterable[bytes], destination: Path, expected: _Expected) -> FetchedSource:
    unfinished = destination.with_name(f".{destination.name}.{uuid4().hex}")
    digest, count, head = hashlib.sha256(), 0, b""
    try:
        with unfinished.open("xb") as target:
            for chunk in chunks:
                count += len(chunk)
                if count > expected.max_bytes:
                    raise SourceTooLarge(f"{shown(expected.uri)} has more than {expected.max_bytes} bytes.")
                head = head or chunk[:HEAD]
                digest.update(chunk)
                target.write(chunk)
        if expected.sha256 not in {None, digest.hexdigest()}:
            raise AssetDamaged(f"{shown(expected.uri)} does not have its recorded SHA-256; restore it from a backup.")
        unfinished.replace(destination)
    finally:
        unfinished.unlink(missing_ok=True)
    recorded = expected.media_type if expected.sha256 else ""
    known = recorded or media_type_of(unquote(urlsplit(expected.uri).path.rpartition("/")[2]), head)
    media_type = (expected.media_type or known) if known == UNKNOWN else known
    return FetchedSource(path=destination, media_type=media_type, bytes=count, sha256=digest.hexdigest())
