"""Taking a file in parts: each part is an object of the store, so that any gateway replica can take the next."""

import io
from datetime import UTC, datetime, timedelta
from typing import BinaryIO
from uuid import uuid4

from pydantic import ValidationError

from blocks.asset_store import Asset, AssetConflict, AssetNotFound, AssetStore, InvalidAssetPath, StoredAsset
from blocks.asset_store.content import measure, reading
from blocks.asset_store.path import checked_path
from blocks.asset_store.storage import StoredFile
from blocks.uploads.accepted import kind_of_name, require_accepted
from blocks.uploads.errors import (
    UnacceptableContent,
    UploadIncomplete,
    UploadNotFound,
    UploadOffsetMismatch,
    UploadTooLarge,
)
from blocks.uploads.parts import PartsReader
from blocks.uploads.upload import Upload

LARGEST = 5 * 1024**3  # bytes
PART = 8 << 20  # bytes: what is lost at most when a connection breaks
ABANDONED = timedelta(days=1)


class Uploads:
    """Uploads into a store; the finished asset is `uploads/<id>/<name>` with its owner in the metadata."""

    def __init__(self, store: AssetStore, max_bytes: int = LARGEST) -> None:
        self.store = store
        self.max_bytes = max_bytes

    def create(self, owner: str | None, name: str, size: int | None = None) -> Upload:
        """Begin an upload. Raises `UnacceptableContent` for its name, `UploadTooLarge` for its declared size."""
        _check_name(name)
        kind_of_name(name)
        if size is not None and size > self.max_bytes:
            raise UploadTooLarge(self.max_bytes)
        upload = Upload(id=uuid4().hex, owner=owner, name=name, size=size, created=datetime.now(UTC))
        document = io.BytesIO(upload.model_dump_json().encode())
        self.store.storage.create(_document(upload.id), document, "application/json", {})
        return upload

    def get(self, upload_id: str, owner: str | None = None) -> Upload:
        """An upload under way, with the offset of its next byte. With `owner`, only theirs. Raises `UploadNotFound`."""
        absent = UploadNotFound(f"No upload {upload_id[:40]!a} is under way; begin one with its name.")
        try:
            with self.store.storage.open(_document(upload_id)) as document:
                upload = Upload.model_validate_json(document.read())
        except (AssetNotFound, InvalidAssetPath, ValidationError):
            raise absent from None
        if owner is not None and upload.owner != owner:
            raise absent
        stored = self._parts(upload.id)
        return upload.model_copy(update={"offset": _end(stored)})

    def append(self, upload: Upload, data: bytes | BinaryIO, *, offset: int | None = None) -> Upload:
        """Store the next bytes; a stream is stored in parts of 8 MiB, so that what arrived before it breaks is kept.

        `offset`: where the sender believes it is. Two processes that store the same part at once both succeed.
        Raises `UploadOffsetMismatch`, also when another process stored other bytes first; `UploadTooLarge`.
        """
        if offset is not None and offset != upload.offset:
            raise UploadOffsetMismatch(upload.offset)
        limit = self.max_bytes if upload.size is None else upload.size
        with reading(data) as source:
            while block := source.read(PART):
                end = upload.offset + len(block)
                if end > limit:
                    raise UploadTooLarge(limit)
                try:
                    part = io.BytesIO(block)
                    self.store.storage.create(_part(upload), part, "application/octet-stream", {})
                except AssetConflict:
                    raise UploadOffsetMismatch(self.get(upload.id).offset) from None
                upload = upload.model_copy(update={"offset": end})
        return upload

    def complete(self, upload: Upload, sha256: str | None = None) -> Asset:
        """Check the whole and keep it as one asset; safe to repeat.

        Raises `UploadIncomplete` when bytes are missing or `sha256` (hexadecimal) differs; `UnacceptableContent`, and
        then nothing of it is kept.
        """
        stored = self._parts(upload.id)
        end = _end(stored)
        if upload.size is not None and end != upload.size:
            raise UploadIncomplete(f"{end} of {upload.size} bytes are stored: go on from offset {end}.")
        with io.BufferedReader(PartsReader(self.store.storage, stored), PART) as whole:
            if sha256 is not None and measure(whole)[1] != sha256.lower():
                raise UploadIncomplete("The stored bytes do not have the declared SHA-256: abort, and send them again.")
            media_type = self._accepted(upload, whole)
            whole.seek(0)
            owner = {"owner": upload.owner} if upload.owner else {}
            asset = self.store.put(f"uploads/{upload.id}/{upload.name}", whole, media_type, metadata=owner)
        self.abort(upload)
        return asset

    def asset(self, upload_id: str, owner: str | None = None) -> StoredAsset:
        """The asset that a completed upload became. With `owner`, only theirs. Raises `UploadNotFound`."""
        absent = UploadNotFound(f"No completed upload {upload_id[:40]!a} is stored.")
        try:
            asset = next(self.store.list(f"uploads/{checked_path(upload_id)}/"), None)
        except InvalidAssetPath:
            raise absent from None
        if asset is None or (owner is not None and asset.metadata.get("owner") != owner):
            raise absent
        return asset

    def abort(self, upload: Upload) -> None:
        """Forget an upload and its parts; a completed asset stays."""
        for file in [_document(upload.id), *(part.path for part in self._parts(upload.id))]:
            self._remove(file)

    def sweep(self, older_than: timedelta = ABANDONED) -> int:
        """Remove what was stored of uploads and not touched for so long; answers how many files went."""
        before = datetime.now(UTC) - older_than
        old = [file.path for file in self.store.storage.list(".uploads/") if file.created < before]
        for path in old:
            self._remove(path)
        return len(old)

    def _accepted(self, upload: Upload, whole: BinaryIO) -> str:
        try:
            return require_accepted(whole, upload.name)
        except UnacceptableContent:
            self.abort(upload)
            raise

    def _remove(self, path: str) -> None:
        try:
            self.store.storage.delete(path)
        except AssetNotFound:
            return  # another process was faster

    def _parts(self, upload_id: str) -> list[StoredFile]:
        return list(self.store.storage.list(f".uploads/{upload_id}/parts/"))


def _check_name(name: str) -> None:
    try:
        checked_path(name)
    except InvalidAssetPath as error:
        raise UnacceptableContent(f"The file name is refused: {error}") from error
    if "/" in name:
        raise UnacceptableContent("The file name must not hold a slash.")


def _document(upload_id: str) -> str:
    checked_path(upload_id)
    return f".uploads/{upload_id}/upload.json"


def _part(upload: Upload) -> str:
    return f".uploads/{upload.id}/parts/{upload.offset:016}"


def _end(parts: list[StoredFile]) -> int:
    return int(parts[-1].path.rpartition("/")[2]) + parts[-1].bytes if parts else 0
