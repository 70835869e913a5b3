"""For HDR screens and browsers: AVIF, ten bits, PQ in BT.2020 (CICP 9/16/9)."""

import struct
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from models.hdr.radiance import WHITE_NITS, checked
from models.hdr.transfer import BT2020_OF_BT709, pq_of_nits
from models.hdr.xmp import packet

# The box in which ISO base media files carry XMP (XMP specification, part 3, "MPEG-4").
_XMP_BOX: Final = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")


def write_pq_avif(radiance: NDArray[Any], provenance: str, quality: int = 95) -> bytes:
    """An AVIF file; light above 10,000 cd/m2 is cut, and the provenance is in an XMP box.

    Raises:
        NoLight: It is no picture of light.
    """
    import imagecodecs  # noqa: PLC0415 - loaded where light is written

    nits = checked(radiance).astype(np.float64) @ BT2020_OF_BT709 * WHITE_NITS
    code = np.round(pq_of_nits(nits) * 1023).astype(np.uint16)
    cicp: Any = {"primaries": 9, "transfer": 16, "matrix": 9}
    picture = imagecodecs.avif_encode(
        code, level=quality, speed=7, bitspersample=10, pixelformat="444", numthreads=1, **cicp
    )
    words = packet(provenance)
    return bytes(picture) + struct.pack(">I4s16s", 24 + len(words), b"uuid", _XMP_BOX) + words
