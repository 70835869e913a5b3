"""What is installed once and used by many proofs, on this machine."""

import fcntl
import hashlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from blocks.settings import get_settings


def cached(kind: str, wanted: bytes, install: Callable[[Path], None]) -> Path:
    """The folder of what `wanted` (a lock file's bytes) asks for; installed where it is not there yet.

    Runs side by side wait for each other; an installation that was broken off is begun anew.

    Args:
        kind: `python`, `node`, `tools`.
        install: Fills an empty folder; it is the final one, as environments do not like to be moved.
    """
    folder = get_settings().home / "factory" / kind / hashlib.sha256(wanted).hexdigest()[:16]
    done = folder / ".installed"
    with _alone(folder.with_suffix(".lock")):
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            install(folder)
            done.touch()
    return folder


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
