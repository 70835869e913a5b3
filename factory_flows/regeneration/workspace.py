"""A project is changed as a whole or not at all: in a copy beside it, which takes its place at the end."""

import ctypes
import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_EXCHANGE: Final = 2  # RENAME_EXCHANGE of renameat2(2)
_HERE: Final = -100  # AT_FDCWD


@contextmanager
def changed_copy(project: Path) -> Iterator[Path]:
    """A copy to change; where the block ends well, it and the project change places in one step.

    Killed at whatever moment, the project is the old one or the new one, whole. Copies that a killed build left are
    cleared away by the next. The copy's files are hard links: `put` writes a new file in place of one, and nothing may
    write into one that is there. One build at a time works in a folder of projects; others wait.

    Raises:
        OSError: The file system can't link or exchange folders, or the project is a mount point.
    """
    project = project.resolve()
    with _alone(project.parent):
        _clear(project)
        room = Path(tempfile.mkdtemp(prefix=_prefix(project), dir=project.parent))
        copy = room / project.name
        try:
            shutil.copytree(project, copy, symlinks=True, copy_function=_linked)
            yield copy
            _exchange(copy, project)
        finally:
            shutil.rmtree(room)


@contextmanager
def new_folder(project: Path) -> Iterator[Path]:
    """A folder to fill; where the block ends well, it becomes the project, in one step.

    Raises:
        FileExistsError: There is something already.
    """
    project = project.resolve()
    project.parent.mkdir(parents=True, exist_ok=True)
    with _alone(project.parent):
        if project.is_symlink() or (project.exists() and (not project.is_dir() or any(project.iterdir()))):
            raise FileExistsError(f"{project} is there already: choose another folder, or generate it again.")
        _clear(project)
        room = Path(tempfile.mkdtemp(prefix=_prefix(project), dir=project.parent))
        try:
            filled = room / project.name
            filled.mkdir()
            yield filled
            filled.rename(project)
        finally:
            shutil.rmtree(room)


def put(place: Path, content: bytes, *, executable: bool = False) -> None:
    """Writes a file anew, so that whoever else links to the old one keeps it."""
    place.parent.mkdir(parents=True, exist_ok=True)
    mode = 0o755 if executable else 0o644
    place.unlink(missing_ok=True)
    with place.open("xb") as file:
        file.write(content)
    place.chmod(mode)


def remove(place: Path, project: Path) -> None:
    """Deletes a file, and folders that it leaves empty."""
    place.unlink()
    for folder in place.parents:
        if folder == project or any(folder.iterdir()):
            return
        folder.rmdir()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _prefix(project: Path) -> str:
    return f".{project.name}.building-"


def _clear(project: Path) -> None:
    """Removes what a killed build left beside the project."""
    for left in project.parent.iterdir():
        if left.name.startswith(_prefix(project)):
            shutil.rmtree(left)


def _linked(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except PermissionError:  # Linux lets nobody link to another's files that he can't write, such as a container's
        shutil.copy2(source, target)


def _exchange(one: Path, other: Path) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    if not hasattr(library, "renameat2"):
        raise OSError(
            errno.ENOTSUP, "Projects are built again on Linux only, which can exchange two folders in one step"
        )
    if library.renameat2(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{os.strerror(number)}: {other} can't be exchanged with its new build")
