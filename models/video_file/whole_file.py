"""A file that is there as a whole or not at all."""

import fcntl
import os
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

_UNFINISHED: Final = re.compile(r"\.(.+)\.[0-9a-f]{32}\.part")


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A temporary name beside `path`; what was written there gets its name when the block ends without an error.

    A worker that is killed in between leaves a hidden `*.part` file and never a half-written video; the next that
    writes the same file removes it, and so does `sweep_unfinished`. Data reaches the disk before the name does.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _sweep(path.parent, path.name)
    temporary, held = _held(path)
    with held:
        try:
            yield temporary
            with temporary.open("rb+") as written:
                os.fsync(written.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)


def sweep_unfinished(folder: Path) -> int:
    """Remove what killed encoders left in a folder, as a run does when it begins; who still writes is not disturbed.

    Returns:
        How many files that were.
    """
    return _sweep(folder, None)


def _held(path: Path) -> tuple[Path, BinaryIO]:
    """A new temporary file, locked for as long as it is open: the system lets go of it when its writer dies."""
    while True:
        temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")
        held = temporary.open("xb")
        fcntl.flock(held, fcntl.LOCK_EX)
        if temporary.exists():  # else a sweep came between these two lines
            return temporary, held
        held.close()


def _sweep(folder: Path, name: str | None) -> int:
    """Remove unfinished files of this name, or of any, that nobody holds."""
    removed = 0
    for path in folder.glob(".*.part"):
        found = _UNFINISHED.fullmatch(path.name)
        if found is None or name not in (None, found[1]):
            continue
        try:
            with path.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink()
                removed += 1
        except (BlockingIOError, FileNotFoundError):
            continue  # its writer lives, or it has just finished
    return removed
