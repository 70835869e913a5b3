"""The parts of an upload read as one seekable file, without joining them on a disk first."""

import io
from bisect import bisect_right
from typing import BinaryIO

from typing_extensions import Buffer

from blocks.asset_store.storage import Storage, StoredFile


class PartsReader(io.RawIOBase):
    """Reads stored parts one after the other; they must follow on one another."""

    def __init__(self, storage: Storage, parts: list[StoredFile]) -> None:
        self._storage = storage
        self._parts = [part for part in parts if part.bytes]
        self._starts = [0]
        for part in self._parts:
            self._starts.append(self._starts[-1] + part.bytes)
        self._position = 0
        self._open: tuple[int, BinaryIO] | None = None

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to a byte of the whole."""
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._starts[-1]}[whence]
        if origin + offset < 0:
            raise ValueError("negative position")
        self._position = origin + offset
        return self._position

    def readinto(self, buffer: Buffer) -> int:
        """Read up to the end of the part that holds the position."""
        if self._position >= self._starts[-1]:
            return 0
        index = bisect_right(self._starts, self._position) - 1
        stream = self._stream(index)
        stream.seek(self._position - self._starts[index])
        view = memoryview(buffer).cast("B")
        data = stream.read(min(len(view), self._starts[index + 1] - self._position))
        view[: len(data)] = data
        self._position += len(data)
        return len(data)

    def close(self) -> None:
        """Close the part that is open."""
        if self._open:
            self._open[1].close()
            self._open = None
        super().close()

    def _stream(self, index: int) -> BinaryIO:
        if self._open and self._open[0] == index:
            return self._open[1]
        if self._open:
            self._open[1].close()
        stream = self._storage.open(self._parts[index].path)
        self._open = (index, stream)
        return stream
