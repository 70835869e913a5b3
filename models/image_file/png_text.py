"""The international text of a PNG file, found without decoding a pixel (PNG specification, 5.3 and 11.3.3.4)."""

import struct
import zlib
from collections.abc import Iterator
from typing import Final

from models.image_file.picture_error import PictureError

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"


def international_text(data: bytes, keyword: str, longest: int) -> str | None:
    """The text of the first iTXt chunk with a keyword; None where there is none, or one of more than `longest` bytes.

    Raises:
        PictureError: The file is cut off or damaged before the text is found.
    """
    for kind, body in _chunks(data):
        if kind == b"iTXt" and body.startswith(keyword.encode("latin-1") + b"\0"):
            return _text(body[len(keyword) + 1 :], longest)
    return None


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = len(SIGNATURE)
    while place < len(data):
        if place + 12 > len(data):
            raise PictureError("this PNG file is cut off")
        (length,) = struct.unpack_from(">I", data, place)
        kind, body = data[place + 4 : place + 8], data[place + 8 : place + 8 + length]
        check = data[place + 8 + length : place + 12 + length]
        if len(check) < 4:
            raise PictureError("this PNG file is cut off")
        if kind == b"iTXt" and struct.unpack(">I", check)[0] != zlib.crc32(kind + body):
            raise PictureError("the text in this PNG file is damaged")
        yield kind, body
        if kind == b"IEND":
            return
        place += 12 + length


def _text(body: bytes, longest: int) -> str | None:
    """Flag, method, language and translated keyword stand before it."""
    flag, method, rest = body[:1], body[1:2], body[2:]
    parts = rest.split(b"\0", 2)
    if len(parts) < 3 or flag not in {b"\0", b"\1"} or method != b"\0":
        raise PictureError("the text in this PNG file is damaged")
    text = parts[2]
    if flag == b"\1":
        unpacking = zlib.decompressobj()
        try:
            text = unpacking.decompress(text, longest + 1)
        except zlib.error as error:
            raise PictureError("the text in this PNG file is damaged") from error
    return None if len(text) > longest else text.decode("utf-8", "replace")
