"""Files in a Cloud Storage bucket (google-cloud-storage)."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, cast
from urllib.parse import quote

from google.api_core.exceptions import Forbidden, GoogleAPIError, NotFound, PreconditionFailed, Unauthorized
from google.auth.credentials import Signing
from google.auth.exceptions import GoogleAuthError
from google.auth.transport.requests import Request
from google.cloud.storage import Blob, Client
from google.cloud.storage.exceptions import DataCorruption
from google.cloud.storage.retry import DEFAULT_RETRY

from blocks.asset_store import content
from blocks.asset_store.errors import AssetConflict, AssetDamaged, AssetNotFound, AssetStoreError, InvalidAssetPath
from blocks.asset_store.media_type import UNKNOWN
from blocks.asset_store.storage import CHUNK, StoredFile

SHA256 = "sha256"  # the object metadata that carries our digest; Cloud Storage keeps crc32c by itself
IN_MEMORY = 8 << 20  # bytes of a stream that are kept in memory while its digest is taken
LONGEST_SIGNATURE = timedelta(days=7)  # what Cloud Storage allows


class CloudStorage:
    """A bucket, or what is under a prefix of it. Objects are created under the condition that none exists."""

    def __init__(self, bucket: str, prefix: str, credentials: str | None) -> None:
        self.prefix = f"{prefix}/" if prefix else ""
        self.client = _client(credentials)
        self.bucket = self.client.bucket(bucket)
        self._can_sign = True

    def create(self, path: str, source: BinaryIO, media_type: str, metadata: dict[str, str]) -> StoredFile:
        """Store what `source` holds, or recognise it. Raises `AssetConflict`, `AssetStoreError`."""
        with _rewindable(source) as stream:
            start = stream.tell()
            count, sha256 = content.measure(stream)
            stream.seek(start)
            blob = self._blob(path)
            blob.metadata = {**metadata, SHA256: sha256}
            with self._explained(path):
                try:
                    # Repeating it is safe: if an answer was lost, the repeat meets the object and recognises it.
                    blob.upload_from_file(
                        stream,
                        size=count,
                        content_type=media_type,
                        if_generation_match=0,
                        checksum="crc32c",
                        retry=DEFAULT_RETRY,
                    )
                except PreconditionFailed:
                    return self._same_or_conflict(path, sha256)
        return _stored(path, blob)

    def open(self, path: str) -> BinaryIO:
        """A seekable stream that reads the object in ranges. Raises `AssetNotFound`."""
        with self._explained(path):
            return cast("BinaryIO", self._existing(path).open("rb", chunk_size=CHUNK))

    def download(self, path: str, destination: Path) -> StoredFile:
        """Copy the object to a new file; crc32c is compared on the way, SHA-256 at the end."""
        with self._explained(path):
            blob = self._existing(path)
            try:
                with destination.open("xb") as target:
                    blob.download_to_file(target, checksum="crc32c", if_generation_match=blob.generation)
            except DataCorruption as error:
                destination.unlink()
                raise AssetDamaged(f"{self.uri(path)} arrived damaged (crc32c); try again.") from error
        stored = _stored(path, blob)
        with destination.open("rb") as source:
            _, sha256 = content.measure(source)
        if stored.sha256 not in {"", sha256}:
            destination.unlink()
            raise AssetDamaged(f"{self.uri(path)} does not have its recorded SHA-256; restore it from a backup.")
        return stored.model_copy(update={"sha256": sha256})

    def stat(self, path: str) -> StoredFile:
        """What is recorded; the digest of an object that came from elsewhere is taken by reading it."""
        with self._explained(path):
            return self._digested(path, self._existing(path))

    def list(self, prefix: str) -> Iterator[StoredFile]:
        """Objects whose path starts with `prefix`, by path."""
        hidden = prefix.startswith(".")
        with self._explained(prefix):
            for blob in self.client.list_blobs(self.bucket, prefix=self.prefix + prefix):
                path = str(blob.name).removeprefix(self.prefix)
                if hidden or not any(part.startswith(".") for part in path.split("/")):
                    yield self._digested(path, blob)

    def delete(self, path: str) -> None:
        """Remove the object."""
        with self._explained(path):
            try:
                self._blob(path).delete()
            except NotFound:
                raise self._absent(path) from None

    def uri(self, path: str) -> str:
        """`gs://<bucket>/<object>`."""
        return f"gs://{self.bucket.name}/{self.prefix}{path}"

    def path_in(self, uri: str) -> str:
        """The path of an object of this store."""
        start = self.uri("")
        if not uri.startswith(start):
            raise InvalidAssetPath(f"{uri[:80]!a} is not in this store, which is {start}.")
        return uri.removeprefix(start)

    def signed_url(self, path: str, lifetime: timedelta) -> str:
        """A V4 signed address where the credentials can sign; else the console's, which asks for a Google login."""
        blob = self._blob(path)
        if self._can_sign:
            try:
                return str(
                    blob.generate_signed_url(
                        version="v4", expiration=min(lifetime, LONGEST_SIGNATURE), **self._signing_arguments()
                    )
                )
            except (AttributeError, GoogleAuthError):  # a person's login or an emulator: nothing to sign with
                self._can_sign = False
        return f"https://storage.cloud.google.com/{self.bucket.name}/{quote(str(blob.name))}"

    def _blob(self, path: str) -> Blob:
        return self.bucket.blob(self.prefix + path)

    def _existing(self, path: str) -> Blob:
        blob = self.bucket.get_blob(self.prefix + path)
        if blob is None:
            raise self._absent(path)
        return blob

    def _same_or_conflict(self, path: str, sha256: str) -> StoredFile:
        there = self._digested(path, self._existing(path))
        if there.sha256 == sha256:
            return there
        raise AssetConflict(
            f"{self.uri(path)} holds other bytes already (sha256 {there.sha256[:12]}…, now {sha256[:12]}…). "
            "Assets never change: use another path, or remove that one first."
        )

    def _digested(self, path: str, blob: Blob) -> StoredFile:
        stored = _stored(path, blob)
        if stored.sha256:
            return stored
        with blob.open("rb", chunk_size=CHUNK) as source:
            _, sha256 = content.measure(source)
        return stored.model_copy(update={"sha256": sha256})

    def _signing_arguments(self) -> dict[str, str]:
        """What lets Google sign for credentials that hold no private key (workload identity)."""
        credentials = self.client._credentials
        if isinstance(credentials, Signing):
            return {}
        credentials.refresh(Request())
        return {"service_account_email": credentials.service_account_email, "access_token": credentials.token}

    @contextmanager
    def _explained(self, path: str) -> Iterator[None]:
        try:
            yield
        except (Forbidden, Unauthorized) as error:
            raise AssetStoreError(
                f"Cloud Storage refused {self.uri(path)}: {error.message} Grant the account "
                "roles/storage.objectUser on the bucket, or set other credentials on the block."
            ) from error
        except NotFound as error:
            raise AssetStoreError(
                f"The bucket {self.bucket.name} does not exist; create it or mend location."
            ) from error
        except FileExistsError:
            raise  # the caller's destination
        except (GoogleAuthError, GoogleAPIError, OSError) as error:
            raise AssetStoreError(f"Cloud Storage could not do it for {self.uri(path)}: {error}") from error

    def _absent(self, path: str) -> AssetNotFound:
        return AssetNotFound(f"Nothing is stored under {self.uri(path)}.")


def _client(credentials: str | None) -> Client:
    """A client with the given key, else with the machine's credentials."""
    try:
        return Client.from_service_account_info(json.loads(credentials)) if credentials else Client()
    except ValueError as error:
        raise AssetStoreError(
            "credentials must be the JSON of a service account key (the whole file's text)."
        ) from error
    except (GoogleAuthError, OSError) as error:
        raise AssetStoreError(
            "No credentials for Cloud Storage were found: run `gcloud auth application-default login`, use workload "
            f"identity, or set credentials on the block. ({error})"
        ) from error


@contextmanager
def _rewindable(source: BinaryIO) -> Iterator[BinaryIO]:
    """`source`, or a temporary copy of it when it can't be read twice: its digest goes into the upload's metadata."""
    if source.seekable():
        yield source
        return
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as copy:
        shutil.copyfileobj(source, copy, CHUNK)
        copy.seek(0)
        yield cast("BinaryIO", copy)


def _stored(path: str, blob: Blob) -> StoredFile:
    metadata = dict(blob.metadata or {})
    return StoredFile(
        path=path,
        sha256=metadata.pop(SHA256, ""),
        media_type=str(blob.content_type or UNKNOWN),
        bytes=int(blob.size or 0),
        created=blob.time_created,
        metadata=metadata,
    )
