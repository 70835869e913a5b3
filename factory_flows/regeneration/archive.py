"""A project as a zip; the same files give the same bytes."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from factory_flows.regeneration.paths import FACTORY

_TIME: Final = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can say
_LEFT_OUT: Final = frozenset({".git", "node_modules", ".venv", "__pycache__"})
_OF_THIS_PLACE: Final = frozenset({"history.git", "audit.jsonl"})


class _Outlet(io.RawIOBase):
    """Takes what a zip writes, and hands it on; there is no way back to what was written."""

    def __init__(self) -> None:
        self._written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        view = memoryview(data)  # type: ignore[arg-type]  # zipfile writes bytes alone
        self._written += view
        return len(view)

    def take(self) -> bytes:
        taken = bytes(self._written)
        self._written.clear()
        return taken


def deterministic_zip(members: Iterable[tuple[str, bytes, bool]]) -> Iterator[bytes]:
    """A zip of (path, content, executable), piece by piece; of each member no more than itself is in memory."""
    outlet = _Outlet()
    with zipfile.ZipFile(outlet, "w") as archive:
        for path, content, executable in members:
            listed = zipfile.ZipInfo(path, _TIME)
            listed.create_system = 3  # Unix, wherever it is made
            listed.external_attr = (0o100755 if executable else 0o100644) << 16
            archive.writestr(listed, content, zipfile.ZIP_DEFLATED, compresslevel=6)
            yield outlet.take()
    yield outlet.take()


def archive(project: Path) -> Iterator[bytes]:
    """A project as a zip, its files in the order of their paths, below a folder of the project's name.

    What was installed (`node_modules`, `.venv`), version control, symbolic links, and the history of builds, which
    belongs to this place, are left out.
    """
    return deterministic_zip(
        (f"{project.name}/{place.relative_to(project).as_posix()}", place.read_bytes(), _is_executable(place))
        for place in _files(project)
    )


def _files(project: Path) -> Iterator[Path]:
    def walk(folder: Path) -> Iterator[Path]:
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
            local = folder.name == FACTORY and folder.parent == project and entry.name in _OF_THIS_PLACE
            if entry.is_symlink() or entry.name in _LEFT_OUT or local:
                continue
            if entry.is_dir():
                yield from walk(entry)
            elif entry.is_file():
                yield entry

    return walk(project)


def _is_executable(place: Path) -> bool:
    return bool(place.stat().st_mode & 0o100)
