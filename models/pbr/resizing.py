"""Maps made larger and smaller."""

import math

import numpy as np
from PIL import Image

from models.pbr.maps import Field


def resize(field: Field, rows: int, columns: int, seamless: bool) -> Field:
    """(height, width) or (height, width, channels) in another size, bicubic; averaged where it becomes smaller.

    Args:
        seamless: Beyond an edge lies the opposite one; otherwise the edge goes on.
    """
    if field.ndim == 3:
        return np.stack([resize(field[..., n], rows, columns, seamless) for n in range(field.shape[2])], -1)
    height, width = field.shape
    if (height, width) == (rows, columns):
        return field
    border = math.ceil(2 * max(height / rows, width / columns, 1)) + 2
    padded = np.pad(field, border, "wrap" if seamless else "edge")
    picture = Image.fromarray(np.ascontiguousarray(padded, np.float32))
    box = (border, border, border + width, border + height)
    return np.asarray(picture.resize((columns, rows), Image.Resampling.BICUBIC, box), np.float32)
