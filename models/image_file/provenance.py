"""What a picture file says of how it was made."""

import io
import struct

from models.image_file.picture_error import PictureError
from models.image_file.writing import FORMATS, KEYWORD

_EXIF_SUB_FOLDER, _USER_COMMENT = 0x8769, 0x9286
_EXR = b"\x76\x2f\x31\x01"
_LONGEST = 200_000


def read_provenance(data: bytes) -> str | None:
    """The provenance that `write_picture` or an OpenEXR writer put into a file; None where there is none.

    Nothing is decoded: only the file's header and its text are read.

    Raises:
        PictureError: It is no PNG, JPEG, WebP, AVIF or OpenEXR file, or is cut off.
    """
    if data.startswith(_EXR):
        return _exr_attribute(data, KEYWORD)
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - loaded where a picture is read

    try:
        with Image.open(io.BytesIO(data), formats=[pillow for pillow, _, _ in FORMATS.values()]) as picture:
            if picture.format == "PNG":
                _read_all_chunks(picture)
                said = getattr(picture, "text", {}).get(KEYWORD)
            else:
                said = _user_comment(picture.getexif().get_ifd(_EXIF_SUB_FOLDER).get(_USER_COMMENT))
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        struct.error,
        Image.DecompressionBombError,
    ) as error:
        raise PictureError("this is no PNG, JPEG, WebP, AVIF or OpenEXR picture, or it is cut off") from error
    return None if said is None or len(said) > _LONGEST else str(said)


def _read_all_chunks(picture: object) -> None:
    """Text may stand behind a PNG's pixels; only then are they decoded, and only if they are few."""
    width, height = picture.size  # type: ignore[attr-defined]  # an Image
    if KEYWORD not in getattr(picture, "text", {}) and width * height <= 4096 * 4096:
        picture.load()  # type: ignore[attr-defined]  # an Image


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
