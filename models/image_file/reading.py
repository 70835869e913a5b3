"""Pictures from anyone: checked before they are decoded, upright, in sRGB."""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import numpy as np

from models.drawing import Pixels
from models.image_file.picture_error import PictureError

if TYPE_CHECKING:
    from PIL import Image

MOST_PIXELS: Final = 40_000_000
LEAST_SIDE: Final = 8
_FORMATS: Final = ("PNG", "JPEG", "WEBP", "AVIF")
_ORIENTATION: Final = 0x0112
_HDR_TRANSFERS: Final = (b"\x10", b"\x12")
_HEAD: Final = 65_536  # bytes in which what describes the pixels stands


def read_picture(data: bytes, most_pixels: int = MOST_PIXELS) -> Pixels:
    """The pixels of a PNG, JPEG, WebP or AVIF file: turned as Exif says, converted to sRGB, laid on white, first frame.

    The size is read from the header, so a decompression bomb is refused before it unfolds. 16 bits become 8.

    Raises:
        PictureError: Another format, too many pixels, less than 8 on a side, coded for HDR screens, cut off or damaged.
    """
    with _opened(data, most_pixels) as picture:
        return np.asarray(_on_white(_in_srgb(_in_eight_bits(_upright(picture)))), np.uint8)


def check_picture(data: bytes, most_pixels: int = MOST_PIXELS) -> None:
    """Decode a file without keeping its pixels. Raises as `read_picture`."""
    with _opened(data, most_pixels):
        pass


@contextmanager
def _opened(data: bytes, most_pixels: int) -> Iterator["Image.Image"]:
    """The file's first frame, decoded; what goes wrong inside counts as damage, too."""
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - loaded where a picture is read

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's own bomb warning, at a limit of its own
            with Image.open(io.BytesIO(data), formats=list(_FORMATS)) as picture:
                _check_size(*picture.size, most_pixels)
                _check_transfer(data, picture.format)
                picture.load()
                yield picture
    except Image.DecompressionBombError as error:
        raise PictureError(f"the picture is too large; at most {most_pixels:,} pixels are read") from error
    except UnidentifiedImageError as error:
        raise PictureError("this is no PNG, JPEG, WebP or AVIF picture") from error
    except PictureError:
        raise
    except Exception as error:  # Pillow raises whatever a hostile file makes its readers stumble over
        raise PictureError("the picture is damaged or cut off") from error


def _check_size(width: int, height: int, most_pixels: int) -> None:
    if width * height > most_pixels:
        raise PictureError(f"the picture has {width} x {height} pixels; at most {most_pixels:,} are read")
    if min(width, height) < LEAST_SIDE:
        raise PictureError(f"the picture has {width} x {height} pixels; {LEAST_SIDE} a side is the least")


def _check_transfer(data: bytes, form: str | None) -> None:
    """PQ and HLG (ITU-T H.273, transfer 16 and 18) in a PNG's cICP chunk or an AVIF's colr box: not sRGB by far."""
    mark, place = (b"cICP", 1) if form == "PNG" else (b"colrnclx", 3)
    head = data[:_HEAD]
    if form in {"PNG", "AVIF"} and (at := head.find(mark)) >= 0:
        transfer = head[at + len(mark) + place : at + len(mark) + place + 1]
        if transfer in _HDR_TRANSFERS:
            raise PictureError("the picture is coded for HDR screens (PQ or HLG); give one in sRGB, as its SDR preview")


def _upright(picture: "Image.Image") -> "Image.Image":
    """Turned and mirrored as Exif says; before anything that would lose the Exif. Damaged Exif counts as none."""
    from PIL import Image  # noqa: PLC0415 - loaded where a picture is read

    try:
        said = picture.getexif().get(_ORIENTATION)
    except Exception:  # noqa: BLE001 - Pillow's Exif reader raises whatever a hostile folder makes it stumble over
        return picture
    turns = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }
    turn = turns.get(said) if isinstance(said, int) else None
    if turn is None:
        return picture
    turned = picture.transpose(turn)
    turned.info = dict(picture.info)
    return turned


def _in_eight_bits(picture: "Image.Image") -> "Image.Image":
    """RGB, RGBA, CMYK, L or LA, each with its info."""
    from PIL import Image  # noqa: PLC0415 - loaded where a picture is read

    if picture.mode in {"RGB", "RGBA", "CMYK", "L", "LA"} and "transparency" not in picture.info:
        return picture
    if picture.mode.startswith(("I", "F")):
        deep = np.asarray(picture, np.float64)  # 16 bits a pixel: no format read here has more
        found = Image.fromarray(np.clip(np.round(deep / 257), 0, 255).astype(np.uint8))
    else:
        clear = "A" in picture.getbands() or "transparency" in picture.info
        found = picture.convert("RGBA" if clear else "RGB")
    found.info = {name: value for name, value in picture.info.items() if name == "icc_profile"}
    return found


def _in_srgb(picture: "Image.Image") -> "Image.Image":
    """Convert from the profile inside the file; a broken profile, or one for other colours, counts as none."""
    from PIL import ImageCms  # noqa: PLC0415 - loaded where a picture is read

    profile = picture.info.get("icc_profile")
    if not profile or picture.mode == "LA":
        return picture
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        mode = "RGBA" if picture.mode == "RGBA" else "RGB"
        converted = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode=mode)
    except (ImageCms.PyCMSError, OSError):
        return picture
    return picture if converted is None else converted


def _on_white(picture: "Image.Image") -> "Image.Image":
    from PIL import Image  # noqa: PLC0415 - loaded where a picture is read

    if "A" not in picture.getbands():
        return picture.convert("RGB")
    clear = picture.convert("RGBA")
    ground = Image.new("RGBA", clear.size, (255, 255, 255, 255))
    return Image.alpha_composite(ground, clear).convert("RGB")
