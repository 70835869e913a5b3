"""Pictures as bytes, each with its provenance inside."""

import io
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

# By the name in a request: Pillow's name, media type and ending.
FORMATS: Final = {
    "png": ("PNG", "image/png", "png"),
    "jpeg": ("JPEG", "image/jpeg", "jpg"),
    "webp": ("WEBP", "image/webp", "webp"),
    "avif": ("AVIF", "image/avif", "avif"),
}
KEYWORD: Final = "provenance"
LONGEST_COMMENT: Final = 60_000  # bytes; a JPEG segment has 65,533
_EXIF_SUB_FOLDER, _USER_COMMENT, _SOFTWARE = 0x8769, 0x9286, 0x0131


def write_picture(pixels: NDArray[np.uint8], form: str, provenance: str, software: str = "ai-orchestration") -> bytes:
    """A picture as a file; the same input gives the same bytes.

    PNG carries the provenance as iTXt (PNG specification, 11.3.3.4), the others as Exif's UserComment (CIPA DC-008).

    Args:
        pixels: (height, width, 3) sRGB.
        form: png, jpeg, webp or avif.
        provenance: Any text of at most 60,000 bytes in UTF-16, JSON as a rule; what does not fit into one format goes
            into none.

    Raises:
        KeyError: An unknown form.
        ValueError: The provenance is too long for Exif, or the pixels are no picture of three colours.
    """
    from PIL import Image, PngImagePlugin  # noqa: PLC0415 - loaded where a picture is written

    pillow, _, _ = FORMATS[form]
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3:
        raise ValueError(f"pixels must be (height, width, 3) in 8 bits, not {pixels.shape} in {pixels.dtype}")
    picture = Image.fromarray(np.ascontiguousarray(pixels))
    comment = provenance.encode("utf-16-be")
    if len(comment) > LONGEST_COMMENT:
        raise ValueError(f"a provenance of more than {LONGEST_COMMENT:,} bytes in UTF-16 does not fit into Exif")
    stream = io.BytesIO()
    if form == "png":
        chunks = PngImagePlugin.PngInfo()
        chunks.add_itxt(KEYWORD, provenance)
        chunks.add_itxt("Software", software)
        picture.save(stream, pillow, pnginfo=chunks, compress_level=6)
        return stream.getvalue()
    exif = Image.Exif()
    exif[_SOFTWARE] = software
    exif.get_ifd(_EXIF_SUB_FOLDER)[_USER_COMMENT] = b"UNICODE\0" + comment
    quality: dict[str, dict[str, Any]] = {
        "jpeg": {"quality": 93, "subsampling": 0},
        "webp": {"quality": 92, "method": 4},
        "avif": {"quality": 82, "subsampling": "4:4:4", "speed": 7, "max_threads": 1},
    }
    picture.save(stream, pillow, exif=exif.tobytes(), **quality[form])
    return stream.getvalue()
