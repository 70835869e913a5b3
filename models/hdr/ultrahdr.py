"""For every screen: a JPEG with a gain map (ISO 21496-1), known as Ultra HDR.

A viewer that knows nothing of it shows the first picture, which is our own tone map; one that does multiplies it by the
gain map as far as its screen can shine.
"""

import struct
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from models.hdr.radiance import checked
from models.hdr.tone_map import tone_map
from models.hdr.transfer import linear_of_srgb

_URN: Final = b"urn:iso:std:iso:ts:21496:-1\0"
_OFFSET: Final = 1 / 64  # added to both pictures, so that black has a gain too
_WHOLE: Final = 1_000_000  # denominators of the fractions in the file


@dataclass(frozen=True, eq=False)
class GainMap:
    """Powers of two between an ordinary picture and the light.

    Attributes:
        codes: (height / 2, width / 2, 3), 0 for `low`, 255 for `high`.
    """

    codes: NDArray[np.uint8]
    low: float
    high: float


def write_ultrahdr(radiance: NDArray[Any], provenance: str, pixels: NDArray[np.uint8] | None = None) -> bytes:
    """A JPEG with a gain map; its provenance is in Exif.

    Args:
        pixels: The picture for ordinary screens, sRGB of the same size; the tone map of the light where none is given.

    Raises:
        NoLight: It is no picture of light.
    """
    from models.image_file import write_picture  # noqa: PLC0415 - Pillow where a picture is written

    light = checked(radiance)
    base = tone_map(light) if pixels is None else pixels
    gain = gain_map(light, base)
    first = _with_segments(write_picture(base, "jpeg", provenance), [_URN + struct.pack(">HH", 0, 0)])
    second = _with_segments(write_picture(gain.codes, "jpeg", ""), [_URN + _metadata(gain)])
    return _joined(first, second)


def gain_map(light: NDArray[np.float32], base: NDArray[np.uint8]) -> GainMap:
    """The gain of each pixel and channel, at half the size."""
    shown = linear_of_srgb(base.astype(np.float32) / 255)
    gains = np.log2((light + _OFFSET) / (shown + _OFFSET)).astype(np.float32)
    height, width = (max(side // 2, 1) for side in gains.shape[:2])
    small = gains[: height * 2, : width * 2]
    if min(gains.shape[:2]) >= 2:
        small = small.reshape(height, 2, width, 2, 3).mean((1, 3))
    low, high = float(min(small.min(), 0)), float(max(small.max(), 0.01))
    return GainMap(np.asarray(np.round((small - low) / (high - low) * 255), np.uint8), low, high)


def _metadata(gain: GainMap) -> bytes:
    """ISO 21496-1 annex C: versions, flags (three channels, the base's primaries), headrooms, a block a channel."""
    channel = b"".join(
        struct.pack(kind, round(value * _WHOLE), _WHOLE)
        for kind, value in (
            (">iI", gain.low),
            (">iI", gain.high),
            (">II", 1.0),  # gamma
            (">iI", _OFFSET),
            (">iI", _OFFSET),
        )
    )
    headrooms = struct.pack(">IIII", 0, _WHOLE, round(gain.high * _WHOLE), _WHOLE)
    return struct.pack(">HHB", 0, 0, 0xC0) + headrooms + channel * 3


def _segment(body: bytes) -> bytes:
    return b"\xff\xe2" + struct.pack(">H", len(body) + 2) + body


def _with_segments(jpeg: bytes, bodies: list[bytes]) -> bytes:
    """The JPEG with APP2 segments behind its JFIF and Exif ones."""
    place = 2
    while jpeg[place : place + 2] in {b"\xff\xe0", b"\xff\xe1"}:
        place += 2 + struct.unpack_from(">H", jpeg, place + 2)[0]
    return jpeg[:place] + b"".join(map(_segment, bodies)) + jpeg[place:]


def _joined(first: bytes, second: bytes) -> bytes:
    """Both pictures in one file, with the index of the Multi-Picture Format (CIPA DC-007) in the first."""
    place = 2
    while first[place : place + 2] in {b"\xff\xe0", b"\xff\xe1", b"\xff\xe2"}:
        place += 2 + struct.unpack_from(">H", first, place + 2)[0]
    # Big-endian TIFF: the entries are a version, the number of pictures, and 16 bytes for each of them.
    index_bytes = 4 + 8 + 2 + 3 * 12 + 4 + 32
    whole = len(first) + 4 + index_bytes
    entries = struct.pack(">IIIHH", 0x030000, whole, 0, 0, 0)
    entries += struct.pack(">IIIHH", 0, len(second), whole - (place + 8), 0, 0)
    folder = struct.pack(">H", 3)
    folder += struct.pack(">HHI4s", 0xB000, 7, 4, b"0100")
    folder += struct.pack(">HHII", 0xB001, 4, 1, 2)
    folder += struct.pack(">HHII", 0xB002, 7, 32, 8 + 2 + 3 * 12 + 4)
    index = b"MPF\0" + b"MM\0*" + struct.pack(">I", 8) + folder + struct.pack(">I", 0) + entries
    return first[:place] + _segment(index) + first[place:] + second
