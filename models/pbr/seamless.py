"""Pictures whose edges meet: made so, and measured."""

from typing import Final

import numpy as np

from models.pbr.maps import Field

_SHARE: Final = 0.25  # of a side that is blended


def seam_error(picture: Field) -> float:
    """How much stronger the step across an edge is than steps inside: about 1 where no seam is seen, more with one.

    Of the two axes the worse: the mean absolute step from the last line to the first, over that of the strongest lines
    inside (the 97th percentile), for a joint between bricks may lie on an edge and is no seam.

    Args:
        picture: (height, width) or (height, width, channels), at least 2 a side.
    """
    return max(_seam(picture), _seam(np.swapaxes(picture, 0, 1)))


def _seam(picture: Field) -> float:
    across = float(np.abs(picture[0] - picture[-1]).mean())
    inside = np.abs(np.diff(picture, axis=0)).mean(axis=tuple(range(1, picture.ndim)))
    return across / max(float(np.quantile(inside, 0.97)), 1e-3)


def make_seamless(picture: Field) -> Field:
    """The picture, its size unchanged, with edges that meet.

    A quarter of it is laid over with itself, moved by half, where the edges come to lie inside; the mix keeps the
    deviation from the mean colour (Heitz and Neyret, "High-performance by-example noise using a histogram-preserving
    blending operator", 2018, equation 4 for two tiles), so that the blend is not duller than the rest.

    Args:
        picture: (height, width, channels), 0 to 1, at least 4 a side.
    """
    rows, columns = picture.shape[:2]
    # One axis after another: moved by half, a picture has its seam in the middle line, where it does not show.
    across = _border(columns)[None, :, None]
    along = _border(rows)[:, None, None]
    sideways = _mix(picture, np.roll(picture, columns // 2, 1), across)
    found = _mix(sideways, np.roll(sideways, rows // 2, 0), along)
    return np.asarray(np.clip(found, 0, 1), np.float32)


def _border(count: int) -> Field:
    """1 at both ends, 0 from a quarter of half the length inwards."""
    away = np.minimum(np.arange(count) + 0.5, count - 0.5 - np.arange(count)) / count
    t = np.clip(away / (_SHARE / 2), 0, 1)
    return np.asarray(1 - t * t * (3 - 2 * t), np.float32)


def _mix(below: Field, above: Field, share: Field) -> Field:
    mean = below.mean((0, 1), keepdims=True)
    weight = np.sqrt(share**2 + (1 - share) ** 2)
    return np.asarray(mean + ((1 - share) * (below - mean) + share * (above - mean)) / weight, np.float32)
