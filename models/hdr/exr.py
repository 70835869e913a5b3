"""The master: OpenEXR, half precision, scene-linear."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from models.hdr.radiance import WHITE_NITS, checked

_HALF_MAX: Final = 65_504.0
_BT709: Final = (0.64, 0.33, 0.30, 0.60, 0.15, 0.06, 0.3127, 0.3290)


def write_exr(radiance: NDArray[Any], provenance: str) -> bytes:
    """An OpenEXR file (ZIP) with its chromaticities, white luminance and provenance in the header.

    Raises:
        NoLight: It is no picture of light.
    """
    import OpenEXR  # noqa: PLC0415 - loaded where light is written

    light = np.minimum(checked(radiance), _HALF_MAX).astype(np.float16)
    header = {
        "compression": OpenEXR.ZIP_COMPRESSION,
        "type": OpenEXR.scanlineimage,
        "chromaticities": _BT709,
        "whiteLuminance": WHITE_NITS,
        "comments": "Scene-linear BT.709; 1.0 is diffuse white.",
        "provenance": provenance,
    }
    with TemporaryDirectory(prefix="exr-") as folder:
        file = Path(folder) / "light.exr"
        with OpenEXR.File(header, {"RGB": np.ascontiguousarray(light)}) as picture:
            picture.write(str(file))
        return file.read_bytes()
