"""Pictures out of a zip archive from anyone: no name is used as a path, no entry unfolds without bound."""

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final

from models.drawing import Pixels
from models.image_file.picture_error import PictureError
from models.image_file.reading import read_picture

_LARGEST: Final = 64 * 2**20  # bytes of one picture
_ENDINGS: Final = {".png", ".jpg", ".jpeg", ".webp", ".avif"}


def read_archive(path: Path, most: int) -> Iterator[Pixels]:
    """Its pictures one after another, in the order of their names; other files are passed over.

    Args:
        most: Pictures at most.

    Raises:
        PictureError: It is no archive, is encrypted or damaged, has too many pictures, or one that can't be read.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            names = sorted(entry.filename for entry in archive.infolist() if _is_picture(entry))
            if len(names) > most:
                raise PictureError(f"the archive has {len(names):,} pictures; at most {most:,} are read")
            for name in names:
                yield _picture(archive, name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise PictureError("this is no zip archive, or it is encrypted, damaged or cut off") from error


def _is_picture(entry: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(entry.filename)
    hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
    return not entry.is_dir() and not hidden and path.suffix.lower() in _ENDINGS


def _picture(archive: zipfile.ZipFile, name: str) -> Pixels:
    with archive.open(name) as stream:
        data = stream.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise PictureError(f"{name[:80]!r} in the archive has more than {_LARGEST // 2**20} MiB")
    try:
        return read_picture(data)
    except PictureError as error:
        raise PictureError(f"{name[:80]!r} in the archive: {error}") from error
