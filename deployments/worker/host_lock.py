"""Lets one of the workers on a host act at a time."""

import fcntl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def host_lock(name: str) -> Iterator[bool]:
    """Hold the lock `name` of this host if it is free; whether it is held. It ends with the process at the latest."""
    safe = "".join(letter if letter.isalnum() else "-" for letter in name)
    with Path(tempfile.gettempdir(), f"warm-worker-{safe}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
