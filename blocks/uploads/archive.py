"""Archives: zip files that hold pictures, point clouds and data, and nothing that hides or explodes."""

import stat
import zipfile
from pathlib import PurePosixPath
from typing import BinaryIO

from blocks.asset_store.errors import InvalidAssetPath
from blocks.asset_store.path import checked_path

MOST_ENTRIES = 20_000
LARGEST_UNPACKED = 20 * 1024**3  # bytes
LARGEST_RATIO = 200  # unpacked to packed; text reaches 100
INSIDE = frozenset(
    (
        *(".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".exr", ".hdr", ".mp4", ".mov", ".ply", ".glb"),
        *(".csv", ".json", ".jsonl", ".parquet", ".txt", ".md"),
    )
)


def is_harmless_archive(stream: BinaryIO) -> bool:
    """Whether it is a zip whose every entry has an accepted suffix, a safe path and a bounded size, unencrypted."""
    if stream.read(4) != b"PK\x03\x04":  # zipfile itself would accept a program with a zip at its end
        return False
    try:
        with zipfile.ZipFile(stream) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return False
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    return (
        0 < len(entries) <= MOST_ENTRIES
        and unpacked <= LARGEST_UNPACKED
        and unpacked <= LARGEST_RATIO * max(packed, 1)
        and all(_is_harmless(entry) for entry in entries)
    )


def _is_harmless(entry: zipfile.ZipInfo) -> bool:
    try:
        checked_path(entry.filename)
    except InvalidAssetPath:
        return False
    encrypted = bool(entry.flag_bits & 0x1)
    link = stat.S_ISLNK(entry.external_attr >> 16)
    return not encrypted and not link and PurePosixPath(entry.filename).suffix.lower() in INSIDE
