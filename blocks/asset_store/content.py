"""Bytes, a file or a stream as one thing to read from, and the digest taken while it is copied."""

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from blocks.asset_store.storage import CHUNK


@contextmanager
def reading(data: bytes | BinaryIO | Path) -> Iterator[BinaryIO]:
    """A stream over `data`; only what was opened here is closed here."""
    if isinstance(data, bytes | bytearray | memoryview):
        yield io.BytesIO(data)
    elif isinstance(data, Path):
        with data.open("rb") as stream:
            yield stream
    else:
        yield data


def copy(source: BinaryIO, target: BinaryIO) -> tuple[int, str]:
    """Copy all of `source`; answers the number of bytes and their SHA-256 in hexadecimal."""
    digest = hashlib.sha256()
    count = 0
    while chunk := source.read(CHUNK):
        digest.update(chunk)
        target.write(chunk)
        count += len(chunk)
    return count, digest.hexdigest()


def measure(source: BinaryIO) -> tuple[int, str]:
    """Number of bytes and SHA-256 of what is left in `source`."""
    digest = hashlib.sha256()
    count = 0
    while chunk := source.read(CHUNK):
        digest.update(chunk)
        count += len(chunk)
    return count, digest.hexdigest()
