"""NAL units of HEVC (ITU-T H.265, 7.3.1) in MP4 samples: found, read, and more put between them."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

PREFIX_SEI: Final = 39
T35, MASTERING, LIGHT_LEVEL = 4, 137, 144  # SEI payload types: H.265, table D.2.1
LENGTH_BYTES: Final = 4  # before each unit of a sample, as libav writes it
_FIRST_NOT_PICTURE: Final = 32  # units below carry slices
_ZEROS: Final = re.compile(rb"\0\0(?=[\0-\3])")


def kind_of(unit: bytes) -> int:
    """`nal_unit_type`."""
    return unit[0] >> 1 & 0x3F


def sei_unit(payload_type: int, payload: bytes) -> bytes:
    """A prefix SEI unit with one message (H.265, 7.3.5), without its length."""
    sizes = b""
    for value in (payload_type, len(payload)):
        sizes += b"\xff" * (value // 255) + bytes((value % 255,))
    return bytes((PREFIX_SEI << 1, 1)) + _ZEROS.sub(b"\0\0\3", sizes + payload + b"\x80")


def insert_before_picture(sample: bytes, units: Sequence[bytes]) -> bytes:
    """An MP4 sample with more units before the first that carries a slice: behind delimiter and parameter sets.

    Raises:
        ValueError: The sample carries no slice, or its lengths do not add up.
    """
    place = 0
    for unit in units_of(sample):
        if kind_of(unit) < _FIRST_NOT_PICTURE:
            added = b"".join(len(each).to_bytes(LENGTH_BYTES, "big") + each for each in units)
            return sample[:place] + added + sample[place:]
        place += LENGTH_BYTES + len(unit)
    raise ValueError("this sample carries no picture")


def units_of(sample: bytes) -> Iterator[bytes]:
    """The units of an MP4 sample: each has its length in four bytes before it (ISO/IEC 14496-15, 4.3.2).

    Raises:
        ValueError: The lengths do not add up to the sample.
    """
    place = 0
    while place < len(sample):
        size = int.from_bytes(sample[place : place + LENGTH_BYTES], "big")
        place += LENGTH_BYTES
        if size < 2 or place + size > len(sample):
            raise ValueError("the lengths of the units do not add up to the sample")
        yield sample[place : place + size]
        place += size


def messages_of(unit: bytes) -> Iterator[tuple[int, bytes]]:
    """The messages of an SEI unit: type and payload; what is cut off is left out."""
    data = unit[2:].replace(b"\0\0\3", b"\0\0")
    place = 0
    while place + 2 < len(data):
        numbers = []
        for _ in range(2):
            value = 0
            while place < len(data) - 1 and data[place] == 255:
                value, place = value + 255, place + 1
            numbers.append(value + data[place])
            place += 1
            if place >= len(data):
                return
        kind, size = numbers
        if place + size > len(data):
            return
        yield kind, data[place : place + size]
        place += size
