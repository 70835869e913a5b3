"""Boxes of an MP4 file (ISO/IEC 14496-12), as far as static HDR metadata and segments' records need them.

libav writes `mdcv` and `clli` only for encoders that say so, and x265 does not: they are added afterwards, into room
that the file keeps free behind its index, so that nothing else moves. A record is a `uuid` box at the end of the file
(there, 11.1), which every reader skips.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from models.video_file.video_error import SegmentMismatch

_TO_THE_ENTRY = (b"trak", b"mdia", b"minf", b"stbl", b"stsd")
_ENTRY_HEADER = 86  # a visual sample entry's own fields with its header; boxes follow
_STSD_HEADER = 16


def boxes_of(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Kind, first byte and end of each box, header included; what is cut off ends it."""
    while start + 8 <= end:
        size = int.from_bytes(data[start : start + 4], "big")
        if size < 8 or start + size > end:
            return
        yield data[start + 4 : start + 8], start, start + size
        start += size


def sample_entry(moov: bytes) -> tuple[list[int], int, int]:
    """Where the first sample entry is: the first bytes of the boxes around it, its own first byte and its end.

    Raises:
        SegmentMismatch: There is none.
    """
    around, start, end = [0], 8, len(moov)
    for kind in _TO_THE_ENTRY:
        found = next(((first, last) for name, first, last in boxes_of(moov, start, end) if name == kind), None)
        if found is None:
            raise SegmentMismatch("the file has no index of pictures: join its segments again")
        around.append(found[0])
        start, end = found[0] + (_STSD_HEADER if kind == b"stsd" else 8), found[1]
    entry = next(boxes_of(moov, start, end), None)
    if entry is None:
        raise SegmentMismatch("the file does not say how its pictures are coded: join its segments again")
    return around, entry[1], entry[2]


def boxes_in_entry(moov: bytes) -> dict[bytes, bytes]:
    """The payloads of the boxes in the first sample entry."""
    _, start, end = sample_entry(moov)
    return {kind: moov[first + 8 : last] for kind, first, last in boxes_of(moov, start + _ENTRY_HEADER, end)}


def read_moov(path: Path) -> tuple[bytes, int, int]:
    """The index, where it begins, and how many bytes are free behind it.

    Raises:
        SegmentMismatch: It is not before the pictures.
    """
    with path.open("rb") as file:
        for kind, place, payload, end in _boxes_in_file(file):
            if kind == b"mdat":
                break
            if kind == b"moov" and payload - place == 8:
                file.seek(place)
                moov, after = file.read(end - place), file.read(8)
                return moov, place, int.from_bytes(after[:4], "big") if after[4:] == b"free" else 0
    raise SegmentMismatch(f"{path.name} has no index before its pictures: join its segments again")


def append_record(path: Path, identity: UUID, record: bytes) -> None:
    """Put a record at the end of a file."""
    with path.open("ab") as file:
        file.write((24 + len(record)).to_bytes(4, "big") + b"uuid" + identity.bytes + record)


def read_record(path: Path, identity: UUID, longest: int) -> bytes | None:
    """The record of this identity; None where there is none, or one of more than `longest` bytes."""
    with path.open("rb") as file:
        for kind, _, payload, end in _boxes_in_file(file):
            size = end - payload - 16
            if kind == b"uuid" and 0 <= size <= longest:
                file.seek(payload)
                if file.read(16) == identity.bytes:
                    return file.read(size)
    return None


def _boxes_in_file(file: BinaryIO) -> Iterator[tuple[bytes, int, int, int]]:
    """Kind, first byte, first byte of the payload and end of each box of the file; what is cut off ends it."""
    place, whole = 0, os.fstat(file.fileno()).st_size
    while place + 8 <= whole:
        file.seek(place)
        head = file.read(16)
        size, header = int.from_bytes(head[:4], "big"), 8
        if size == 1:  # pictures of more than 4 GiB
            size, header = int.from_bytes(head[8:], "big"), 16
        if size < header or place + size > whole:
            return
        yield head[4:8], place, place + header, place + size
        place += size


def add_to_sample_entry(path: Path, added: Sequence[tuple[bytes, bytes]]) -> None:
    """Put boxes at the end of the first sample entry, and shorten the free room behind the index by as much.

    Raises:
        SegmentMismatch: The room does not suffice.
    """
    moov, place, room = read_moov(path)
    new = b"".join((8 + len(payload)).to_bytes(4, "big") + kind + payload for kind, payload in added)
    if room < len(new) + 8:
        raise SegmentMismatch(f"{path.name} keeps no room behind its index: join its segments again")
    around, start, end = sample_entry(moov)
    grown = bytearray(moov)
    for first in (*around, start):
        size = int.from_bytes(moov[first : first + 4], "big") + len(new)
        grown[first : first + 4] = size.to_bytes(4, "big")
    grown[end:end] = new
    with path.open("rb+") as file:
        file.seek(place)
        file.write(bytes(grown) + (room - len(new)).to_bytes(4, "big") + b"free")
