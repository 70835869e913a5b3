"""Pictures from anyone: checked before they are decoded, upright, in sRGB."""

import io
import warnings
from typing import Final

import numpy as np

from models.drawing import Pixels
from models.image_file.picture_error import PictureError

MOST_PIXELS: Final = 40_000_000
_FORMATS: Final = ("PNG", "JPEG", "WEBP", "AVIF")


def read_picture(data: bytes, most_pixels: int = MOST_PIXELS) -> Pixels:
    """The pixels of a PNG, JPEG, WebP or AVIF file: turned as Exif says, converted to sRGB, laid on white, first frame.

    The size is read from the header, so a decompression bomb is refused before it unfolds.

    Raises:
        PictureError: Another format, too many pixels, less than 8 on a side, cut off or damaged.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError  # noqa: PLC0415 - loaded where a picture is read

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's own bomb warning, at a limit of its own
            with Image.open(io.BytesIO(data), formats=list(_FORMATS)) as picture:
                _check_size(*picture.size, most_pixels)
                picture.load()
                upright = ImageOps.exif_transpose(_in_srgb(picture))
        return np.asarray(_on_white(upright), np.uint8)
    except Image.DecompressionBombError as error:
        raise PictureError(f"the picture is too large; at most {most_pixels:,} pixels are read") from error
    except UnidentifiedImageError as error:
        raise PictureError("this is no PNG, JPEG, WebP or AVIF picture") from error
    except PictureError:
        raise
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError) as error:
        raise PictureError("the picture is damaged or cut off") from error


def _check_size(width: int, height: int, most_pixels: int) -> None:
    if width * height > most_pixels:
        raise PictureError(f"the picture has {width} x {height} pixels; at most {most_pixels:,} are read")
    if min(width, height) < 8:
        raise PictureError(f"the picture has {width} x {height} pixels; 8 a side is the least")


def _in_srgb(picture: "Image.Image") -> "Image.Image":  # type: ignore[name-defined]  # noqa: F821 - Pillow is loaded late
    """Convert from the profile inside the file; a broken profile counts as none."""
    from PIL import ImageCms  # noqa: PLC0415 - loaded where a picture is read

    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in {"RGB", "RGBA", "CMYK", "L"}:
        return picture
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        mode = "RGBA" if picture.mode == "RGBA" else "RGB"
        converted = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode=mode)
    except (ImageCms.PyCMSError, OSError):
        return picture
    return picture if converted is None else converted


def _on_white(picture: "Image.Image") -> "Image.Image":  # type: ignore[name-defined]  # noqa: F821 - Pillow is loaded late
    from PIL import Image  # noqa: PLC0415 - loaded where a picture is read

    if picture.mode in {"I;16", "I;16B", "I;16L", "I", "F"}:
        deep = np.asarray(picture, np.float64)
        return Image.fromarray(
            np.clip(deep / 257 if deep.max(initial=0) > 255 else deep, 0, 255).astype(np.uint8)
        ).convert("RGB")
    if "A" in picture.getbands() or "transparency" in picture.info:
        clear = picture.convert("RGBA")
        ground = Image.new("RGBA", clear.size, (255, 255, 255, 255))
        return Image.alpha_composite(ground, clear).convert("RGB")
    return picture.convert("RGB")
