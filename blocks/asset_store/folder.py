"""Files in a folder: written beside, then linked into place, so that a path is absent or whole and never changes."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from blocks.asset_store import content
from blocks.asset_store import path as paths
from blocks.asset_store.errors import (
    AssetConflict,
    AssetDamaged,
    AssetNotFound,
    AssetStoreError,
    InvalidAssetPath,
)
from blocks.asset_store.folder_lock import locked
from blocks.asset_store.media_type import media_type_of
from blocks.asset_store.storage import StoredFile

UNFINISHED = ".unfinished"  # files being written
RECORDS = ".records"  # what is recorded of each file, under its path + ".json"
LOCKS = ".locks"
ABANDONED_SECONDS = 24 * 3600


class FolderStorage:
    """A folder. The content is the commit: its record is written before it, so whoever sees a file sees its record."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._swept = False

    def create(self, path: str, source: BinaryIO, media_type: str, metadata: dict[str, str]) -> StoredFile:
        """Store what `source` holds, or recognise it. Raises `AssetConflict`, `AssetStoreError`."""
        with self._explained(path), self._unfinished() as unfinished:
            with unfinished.open("xb") as target:
                count, sha256 = content.copy(source, target)
                target.flush()
                os.fsync(target.fileno())
            stored = StoredFile(
                path=path,
                media_type=media_type,
                bytes=count,
                sha256=sha256,
                created=datetime.now(UTC),
                metadata=metadata,
            )
            with locked(self.root / LOCKS, path):
                return self._commit(stored, unfinished)

    def open(self, path: str) -> BinaryIO:
        """A stream over the content. Raises `AssetNotFound`."""
        try:
            return self._file(path).open("rb")
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            raise self._absent(path) from None

    def download(self, path: str, destination: Path) -> StoredFile:
        """Copy the content to a new file, compared with its recorded digest."""
        stored = self.stat(path)
        with self.open(path) as source, destination.open("xb") as target:
            _, sha256 = content.copy(source, target)
        if sha256 != stored.sha256:
            destination.unlink()
            raise AssetDamaged(f"{self.uri(path)} has changed on disk since it was stored; restore it from a backup.")
        return stored

    def stat(self, path: str) -> StoredFile:
        """What is recorded; for a file put there by hand, what its content says."""
        file = self._file(path)
        if not file.is_file():
            raise self._absent(path)
        try:
            return StoredFile.model_validate_json(self._record(path).read_bytes())
        except FileNotFoundError:
            return _described(path, file)

    def list(self, prefix: str) -> Iterator[StoredFile]:
        """Files whose path starts with `prefix`, by path."""
        hidden = prefix.startswith(".")
        start = self.root / prefix.rpartition("/")[0]
        found: list[str] = []
        for folder, folders, names in os.walk(start):
            folders[:] = [name for name in folders if hidden or not name.startswith(".")]
            visible = (Path(folder) / name for name in names if hidden or not name.startswith("."))
            found += [file.relative_to(self.root).as_posix() for file in visible]
        for path in sorted(path for path in found if path.startswith(prefix)):
            with suppress(AssetNotFound):  # deleted since
                yield self.stat(path)

    def delete(self, path: str) -> None:
        """Remove a file and its record."""
        with self._explained(path), locked(self.root / LOCKS, path):
            file = self._file(path)
            if not file.is_file():
                raise self._absent(path)
            file.unlink()
            self._record(path).unlink(missing_ok=True)

    def uri(self, path: str) -> str:
        """`asset://<path>`."""
        return paths.asset_uri(path)

    def path_in(self, uri: str) -> str:
        """A folder has no other uris than `asset://`, which every store reads."""
        raise InvalidAssetPath(f"{uri[:80]!a} is not in this store, which takes {paths.SCHEME} uris.")

    def signed_url(self, path: str, lifetime: timedelta) -> str:
        """A folder has no address of its own."""
        raise AssetStoreError(f"No web address for {path} ({lifetime}): a folder has none; set the block's public_url.")

    def _commit(self, stored: StoredFile, unfinished: Path) -> StoredFile:
        file = self._file(stored.path)
        if file.is_file():
            return self._same_or_conflict(stored, file)
        self._write_record(stored)
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(unfinished, file)  # fails where the path exists, whoever made it
        except FileExistsError:
            return self._same_or_conflict(stored, file)
        _sync_folder(file.parent)
        return stored

    def _same_or_conflict(self, stored: StoredFile, file: Path) -> StoredFile:
        if not file.is_file():
            raise InvalidAssetPath(f"{stored.path!a} is a folder of other assets; choose another name.")
        there = self.stat(stored.path)
        if there.sha256 != stored.sha256:
            raise AssetConflict(
                f"{self.uri(stored.path)} holds other bytes already (sha256 {there.sha256[:12]}…, now "
                f"{stored.sha256[:12]}…). Assets never change: use another path, or delete that one first."
            )
        if not self._record(stored.path).exists():
            self._write_record(stored)
            return stored
        return there

    def _write_record(self, stored: StoredFile) -> None:
        record = self._record(stored.path)
        record.parent.mkdir(parents=True, exist_ok=True)
        with self._unfinished() as unfinished:
            with unfinished.open("xb") as target:
                target.write(stored.model_dump_json().encode())
                target.flush()
                os.fsync(target.fileno())
            unfinished.replace(record)

    @contextmanager
    def _unfinished(self) -> Iterator[Path]:
        """A name for a file being written, on the same file system; gone afterwards."""
        folder = self.root / UNFINISHED
        folder.mkdir(parents=True, exist_ok=True)
        self._sweep(folder)
        file = folder / uuid4().hex
        try:
            yield file
        finally:
            file.unlink(missing_ok=True)

    def _sweep(self, folder: Path) -> None:
        """Remove, once a process, what writers that were killed left behind."""
        if self._swept:
            return
        self._swept = True
        for file in folder.iterdir():
            with suppress(FileNotFoundError):
                if time.time() - file.stat().st_mtime > ABANDONED_SECONDS:
                    file.unlink()

    @contextmanager
    def _explained(self, path: str) -> Iterator[None]:
        try:
            yield
        except (NotADirectoryError, IsADirectoryError, FileExistsError) as error:
            raise InvalidAssetPath(
                f"{path!a} needs a folder where an asset is stored, or the other way round; choose another name."
            ) from error
        except OSError as error:
            raise AssetStoreError(f"The folder {self.root} refused {path!a}: {error.strerror}.") from error

    def _file(self, path: str) -> Path:
        file = self.root / path
        if not file.resolve().is_relative_to(self.root.resolve()):
            raise InvalidAssetPath(f"{path!a} leads out of the store through a symbolic link.")
        return file

    def _record(self, path: str) -> Path:
        return self.root / RECORDS / f"{path}.json"

    def _absent(self, path: str) -> AssetNotFound:
        return AssetNotFound(f"Nothing is stored under {self.uri(path)}.")


def _described(path: str, file: Path) -> StoredFile:
    with file.open("rb") as source:
        head = source.read(4096)
        source.seek(0)
        count, sha256 = content.measure(source)
    created = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    return StoredFile(
        path=path,
        media_type=media_type_of(file.name, head),
        bytes=count,
        sha256=sha256,
        created=created,
        metadata={},
    )


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
