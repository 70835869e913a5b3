"""Which files requests can use: a fixed list of kinds, each recognised by its content and not by its name."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from blocks.uploads.archive import is_harmless_archive
from blocks.uploads.errors import UnacceptableContent
from blocks.uploads.text import is_json, is_json_lines, is_table

HEAD = 8192  # bytes


@dataclass(frozen=True)
class Kind:
    """A kind of file: what it is called, and how its content is recognised."""

    media_type: str
    suffixes: tuple[str, ...]
    recognised: Callable[[BinaryIO], bool]


def _known_as(*suffixes: str) -> Callable[[BinaryIO], bool]:
    """Recognised by puremagic's table of signatures under one of these suffixes."""

    def recognised(stream: BinaryIO) -> bool:
        return not _signatures(stream.read(HEAD)).isdisjoint(suffixes)

    return recognised


def _signatures(head: bytes) -> set[str]:
    import puremagic  # noqa: PLC0415 - its table of signatures is read at import

    try:
        return {match.extension for match in puremagic.magic_string(head)}
    except (puremagic.PureError, ValueError):
        return set()


def _is_parquet(stream: BinaryIO) -> bool:
    head = stream.read(4)
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, size - 4))
    return size >= 12 and head == stream.read(4) == b"PAR1"


def _is_glb(stream: BinaryIO) -> bool:
    head = stream.read(12)
    size = stream.seek(0, io.SEEK_END)
    return head[:8] == b"glTF\x02\x00\x00\x00" and int.from_bytes(head[8:], "little") == size


def _is_ply(stream: BinaryIO) -> bool:
    lines = stream.read(64).splitlines()
    return len(lines) > 1 and lines[0] == b"ply" and lines[1].startswith(b"format ")


KINDS = (
    Kind("image/png", (".png",), _known_as(".png")),
    Kind("image/jpeg", (".jpg", ".jpeg"), _known_as(".jpg")),
    Kind("image/webp", (".webp",), _known_as(".webp")),
    Kind("image/gif", (".gif",), _known_as(".gif")),
    Kind("image/tiff", (".tif", ".tiff"), _known_as(".tif")),
    Kind("image/avif", (".avif",), _known_as(".avif")),
    Kind("image/x-exr", (".exr",), _known_as(".exr")),
    Kind("image/vnd.radiance", (".hdr",), _known_as(".hdr")),
    Kind("video/mp4", (".mp4", ".m4v"), _known_as(".mp4", ".m4v")),
    Kind("video/quicktime", (".mov",), _known_as(".mov")),
    Kind("video/webm", (".webm",), _known_as(".webm")),
    Kind("video/x-matroska", (".mkv",), _known_as(".mkv")),
    Kind("application/vnd.apache.parquet", (".parquet",), _is_parquet),
    Kind("text/csv", (".csv",), is_table),
    Kind("application/json", (".json",), is_json),
    Kind("application/x-ndjson", (".jsonl", ".ndjson"), is_json_lines),
    Kind("model/ply", (".ply",), _is_ply),
    Kind("model/gltf-binary", (".glb",), _is_glb),
    Kind("application/zip", (".zip",), is_harmless_archive),
)
BY_SUFFIX = {suffix: kind for kind in KINDS for suffix in kind.suffixes}


def kind_of_name(name: str) -> Kind:
    """The kind that a file name announces. Raises `UnacceptableContent` listing those that are accepted."""
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in BY_SUFFIX:
        raise UnacceptableContent(f"{suffix or 'A name without suffix'} is not accepted; send {' '.join(BY_SUFFIX)}.")
    return BY_SUFFIX[suffix]


def require_accepted(stream: BinaryIO, name: str) -> str:
    """Media type of what `stream` holds. Raises `UnacceptableContent` when it is not what the name announces."""
    kind = kind_of_name(name)
    stream.seek(0)
    if kind.recognised(stream):
        return kind.media_type
    stream.seek(0)
    looks = sorted(suffix for suffix in _signatures(stream.read(HEAD)) if suffix)
    instead = f" It looks like {' '.join(looks[:3])}." if looks else ""
    raise UnacceptableContent(f"{name!a} does not hold {kind.media_type}.{instead} Send it under its right name.")
