"""What a picture file says of how it was made."""

import io
import struct
import warnings
from typing import Final

from models.hdr.xmp import provenance_in
from models.image_file.picture_error import PictureError
from models.image_file.png_text import SIGNATURE, international_text
from models.image_file.writing import KEYWORD

_EXIF_SUB_FOLDER: Final = 0x8769
_USER_COMMENT: Final = 0x9286
_EXR: Final = b"\x76\x2f\x31\x01"
_LONGEST: Final = 200_000


def read_provenance(data: bytes) -> str | None:
    """The provenance that `write_picture` or an OpenEXR writer put into a file; None where there is none.

    Nothing is decoded: only the file's header and its text are read.

    Raises:
        PictureError: It is no PNG, JPEG, WebP, AVIF or OpenEXR file, or is cut off.
    """
    if data.startswith(_EXR):
        return _exr_attribute(data, KEYWORD)
    if data.startswith(SIGNATURE):
        said = international_text(data, KEYWORD, _LONGEST)
    else:
        said = _from_exif(data) or provenance_in(data)  # ten-bit AVIF files carry it as XMP
    return None if said is None or len(said) > _LONGEST else said


def _from_exif(data: bytes) -> str | None:
    from PIL import Image  # noqa: PLC0415 - loaded where a picture is read

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's on damaged Exif and on large pictures, which stay packed here
            with Image.open(io.BytesIO(data), formats=["JPEG", "WEBP", "AVIF"]) as picture:
                return _user_comment(picture.getexif().get_ifd(_EXIF_SUB_FOLDER).get(_USER_COMMENT))
    except Exception as error:
        raise PictureError("this is no PNG, JPEG, WebP, AVIF or OpenEXR picture, or it is cut off") from error


def _user_comment(raw: object) -> str | None:
    if not isinstance(raw, bytes):
        return None
    code, text = raw[:8], raw[8:]
    if code == b"UNICODE\0":
        return text.decode("utf-16-be", "replace")
    return text.decode("ascii", "replace") if code == b"ASCII\0\0\0" else None


def _exr_attribute(data: bytes, name: str) -> str | None:
    """A string attribute of an OpenEXR header (OpenEXR file layout): name, type, size, value, one after another."""
    place = 8
    try:
        while data[place] != 0:
            attribute, place = _word(data, place)
            kind, place = _word(data, place)
            (size,) = struct.unpack_from("<i", data, place)
            if size < 0 or place + 4 + size > len(data):
                raise PictureError("this OpenEXR file is cut off in its header")
            value = data[place + 4 : place + 4 + size]
            if attribute == name.encode() and kind == b"string":
                return value.decode("utf-8", "replace")
            place += 4 + size
    except (IndexError, ValueError, struct.error) as error:
        raise PictureError("this OpenEXR file is cut off in its header") from error
    return None


def _word(data: bytes, place: int) -> tuple[bytes, int]:
    end = data.index(0, place, place + 256)
    return data[place:end], end + 1
