"""A picture's planes as arrays: libav's memory, not a copy."""

from typing import Any

import numpy as np

from models.video_file.colour import Plane


def planes_of(frame: Any, bits: int) -> tuple[Plane, Plane, Plane]:
    """Luma and two chromas of a planar picture of PyAV, without the bytes that pad its lines."""
    kind = np.dtype(np.uint8 if bits == 8 else np.uint16)
    views = []
    for plane in frame.planes:
        lines = np.frombuffer(plane, kind).reshape(plane.height, plane.line_size // kind.itemsize)
        views.append(lines[:, : plane.width])
    luma, blue, red = views
    return luma, blue, red
