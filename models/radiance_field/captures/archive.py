"""A capture out of a zip archive from anyone."""

import shutil
import zipfile
from pathlib import Path, PurePosixPath
from typing import Final

from models.radiance_field.captures.capture import MOST_VIEWS, BrokenCapture

_MOST_BYTES: Final = 8 * 2**30
_MOST_FILES: Final = 3 * MOST_VIEWS
_READ: Final = frozenset({".json", ".png", ".jpg", ".jpeg", ".webp", ".npy", ".bin", ".txt"})


def unpack_capture(archive: Path, folder: Path) -> None:
    """Write the files that captures are made of into a folder; others are left out.

    Raises:
        BrokenCapture: It is no zip archive, is damaged or encrypted, unfolds to more than 8 GiB, or has a name that
            leads out of the folder.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            wanted = [entry for entry in opened.infolist() if PurePosixPath(entry.filename).suffix.lower() in _READ]
            if len(wanted) > _MOST_FILES:
                raise BrokenCapture(f"the archive has {len(wanted):,} files; at most {_MOST_FILES:,} are read")
            left = _MOST_BYTES
            for entry in wanted:
                left -= entry.file_size
                if left < 0:
                    raise BrokenCapture(f"the archive unfolds to more than {_MOST_BYTES / 2**30:.0f} GiB")
                _write(opened, entry, folder)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise BrokenCapture(f"the file is no zip archive that can be read: {error}") from error


def _write(opened: zipfile.ZipFile, entry: zipfile.ZipInfo, folder: Path) -> None:
    path = (folder / entry.filename).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise BrokenCapture("the archive has a name that leads out of its folder")
    path.parent.mkdir(parents=True, exist_ok=True)
    # zipfile reads no more than the entry says it has, and compares its checksum at the end.
    with opened.open(entry) as source, path.open("wb") as target:
        shutil.copyfileobj(source, target, 1 << 20)
