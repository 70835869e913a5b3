"""A lock on one path of a folder, held between processes and let go when its holder dies."""

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

STRIPES = 64  # lock files; two paths that share one merely wait for each other's last step


@contextmanager
def locked(folder: Path, path: str) -> Iterator[None]:
    """Hold the lock of `path`, whose lock files live in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    stripe = hashlib.sha256(path.encode()).digest()[0] % STRIPES
    with (folder / f"{stripe:02}").open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
