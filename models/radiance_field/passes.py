"""What compositing wants of a view: light, coverage, depth and normals in one OpenEXR file."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

import numpy as np

from models.hdr.radiance import WHITE_NITS

if TYPE_CHECKING:
    from models.radiance_field.field import Rendered

_HALF_MAX: Final = 65_504.0
_NOTHING_SEEN: Final = np.float32(1e10)


def write_passes(seen: "Rendered", provenance: str) -> bytes:
    """An OpenEXR file with the channels R, G, B, A (half, premultiplied), Z (float) and N.X, N.Y, N.Z (half).

    Z is the depth along the camera's axis in the scene's units, 1e10 where nothing is; N is the normal in the world.
    """
    import OpenEXR  # noqa: PLC0415 - loaded where light is written

    light = np.minimum(seen.light, _HALF_MAX).astype(np.float16)
    depth = np.where(np.isfinite(seen.depth), seen.depth, _NOTHING_SEEN).astype(np.float32)
    normal = seen.normal.astype(np.float16)
    channels = {
        **{name: np.ascontiguousarray(light[..., place]) for place, name in enumerate("RGBA")},
        "Z": depth,
        **{f"N.{name}": np.ascontiguousarray(normal[..., place]) for place, name in enumerate("XYZ")},
    }
    header = {
        "compression": OpenEXR.ZIP_COMPRESSION,
        "type": OpenEXR.scanlineimage,
        "whiteLuminance": WHITE_NITS,
        "comments": "Scene-linear BT.709, premultiplied; Z along the axis; N in the world.",
        "provenance": provenance,
    }
    with TemporaryDirectory(prefix="exr-") as folder:
        file = Path(folder) / "passes.exr"
        with OpenEXR.File(header, channels) as picture:
            picture.write(str(file))
        return file.read_bytes()
