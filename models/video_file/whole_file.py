"""A file that is there as a whole or not at all."""

import fcntl
import glob
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A temporary name beside `path`; what was written there gets its name when the block ends without an error.

    A worker that is killed in between leaves a hidden `*.part` file and never a half-written video; whoever writes the
    same file next removes it, and overwrites nothing that was good. Data reaches the disk before the name does.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _remove_left_behind(path)
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")
    try:
        with temporary.open("wb") as held:
            fcntl.flock(held, fcntl.LOCK_EX)  # ends with the process, however that ends
            yield temporary
            os.fsync(held.fileno())
            temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _remove_left_behind(path: Path) -> None:
    """Temporary files of the same name at which nobody is at work any more."""
    for left in path.parent.glob(f".{glob.escape(path.name)}.*.part"):
        try:
            with left.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                left.unlink(missing_ok=True)
        except (BlockingIOError, FileNotFoundError):
            continue  # somebody is writing it, or was faster
