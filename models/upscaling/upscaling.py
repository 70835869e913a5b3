"""Enlarging: as many passes of the network as are needed, each in tiles, and an exact size at the end of each."""

import math
from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from models.embedded_image.light import decode_light, encode_light
from models.hdr.radiance import checked
from models.upscaling.network import Filter, Network
from models.upscaling.resampling import REACH, Box, resample
from models.upscaling.tiles import FEATHER, Span, tiles

Light = NDArray[np.float32]

_LARGEST: Final = (8192, 8192)
_FILTER_TILE: Final = 1024
_BAND: Final = 1 << 19  # pixels whose light is encoded together


class CannotUpscale(ValueError):
    """The size or the filter is none; the message says what to choose."""


def upscaled(
    frames: Iterable[Light], width: int, height: int, network: Network | Filter, tile: int | None = None
) -> Iterator[Light]:
    """Every picture as `upscale` gives it, one by one."""
    for frame in frames:
        yield upscale(frame, width, height, network, tile)


def upscale(frame: Light, width: int, height: int, network: Network | Filter, tile: int | None = None) -> Light:
    """A picture in another size: its middle, where the shapes differ.

    A network of scale s takes pictures up to s times larger; for more, it works several times, and the sizes between
    are such that its last pass ends at the size asked for. A picture that becomes smaller is averaged, without network.

    Args:
        frame: Scene-linear light (h, w, 3). What is brighter than 40 times diffuse white is cut where it is enlarged.
        width: 1 to 8192.
        height: 1 to 8192.
        network: What enlarges.
        tile: Side of a tile, for tests; the network's own where None.

    Raises:
        CannotUpscale: The size is too large or there is no such filter.
        NoLight: The frame is no picture of light.
    """
    if not (1 <= width <= _LARGEST[0] and 1 <= height <= _LARGEST[1]):
        raise CannotUpscale(f"choose sides of 1 to {_LARGEST[0]} pixels, not {width} x {height}")
    if isinstance(network, str) and network not in {"lanczos", "bicubic"}:
        raise CannotUpscale(f"{network[:40]!r} is no filter: choose lanczos or bicubic, or give a network")
    checked(frame[:1])  # its shape
    box = _middle(frame.shape[1], frame.shape[0], width, height)
    factor = width / (box[2] - box[0])
    if frame.shape[:2] == (height, width):
        return frame
    if factor <= 1:
        return _smaller(frame, box, width, height)
    code = _encoded(frame)
    sizes = [(width, height)] if isinstance(network, str) else _sizes(factor, width, height, network.scale)
    for across, down in sizes:
        code = _pass(code, box, across, down, network, tile)
        box = (0, 0, across, down)
    _decode(code)
    return code


def _middle(width: int, height: int, target_width: int, target_height: int) -> Box:
    """The largest part of a picture that has the target's shape."""
    scale = max(target_width / width, target_height / height)
    across, down = min(target_width / scale, width), min(target_height / scale, height)
    left, top = (width - across) / 2, (height - down) / 2
    return left, top, left + across, top + down


def _sizes(factor: float, width: int, height: int, scale: int) -> list[tuple[int, int]]:
    """What each pass ends with, the last pass's size last."""
    sizes = [(width, height)]
    while factor > scale * (1 + 1e-9):
        width, height = -(-width // scale), -(-height // scale)
        factor /= scale
        sizes.insert(0, (width, height))
    return sizes


def _pass(code: Light, box: Box, width: int, height: int, network: Network | Filter, tile: int | None) -> Light:
    side = tile or _side(network, width / (box[2] - box[0]))
    found = np.zeros((height, width, 3), np.float32)
    for rows, columns in tiles(width, height, side):
        part = _tile(code, box, (width, height), rows, columns, network)
        weights = rows.weights[:, None, None] * columns.weights[None, :, None]
        found[rows.start : rows.stop, columns.start : columns.stop] += part * weights
    return found


def _side(network: Network | Filter, factor: float) -> int:
    """Of a tile of the result: the network's own tiles are larger, where its pictures are then made smaller."""
    return _FILTER_TILE if isinstance(network, str) else max(round(network.tile * factor / network.scale), 2 * FEATHER)


def _tile(
    code: Light, box: Box, size: tuple[int, int], rows: Span, columns: Span, network: Network | Filter
) -> NDArray[np.float32]:
    across, down = (box[2] - box[0]) / size[0], (box[3] - box[1]) / size[1]
    left, right = box[0] + columns.start * across, box[0] + columns.stop * across
    top, bottom = box[1] + rows.start * down, box[1] + rows.stop * down
    # The network's last pixels before the cut are wrong by what it did not see; the filter must not see those.
    margin = 2 * REACH if isinstance(network, str) else network.margin + 2 * REACH
    first_row, last_row = max(math.floor(top) - margin, 0), min(math.ceil(bottom) + margin, code.shape[0])
    first, last = max(math.floor(left) - margin, 0), min(math.ceil(right) + margin, code.shape[1])
    seen = code[first_row:last_row, first:last]
    scale, name = 1, network if isinstance(network, str) else "bicubic"
    if not isinstance(network, str):
        scale = network.scale
        picture = torch.from_numpy(np.ascontiguousarray(seen.transpose(2, 0, 1)))[None]
        seen = network.enlarge(picture)[0].permute(1, 2, 0).numpy()
    inner = (left - first) * scale, (top - first_row) * scale, (right - first) * scale, (bottom - first_row) * scale
    return resample(
        seen,
        (max(inner[0], 0), max(inner[1], 0), min(inner[2], seen.shape[1]), min(inner[3], seen.shape[0])),
        columns.stop - columns.start,
        rows.stop - rows.start,
        name,
    )


def _smaller(frame: Light, box: Box, width: int, height: int) -> Light:
    """Averaged in linear light, as a lens would."""
    found = np.empty((height, width, 3), np.float32)
    down = (box[3] - box[1]) / height
    rows = max(1, int(_BAND // frame.shape[1] / max(down, 1)))
    for top in range(0, height, rows):
        bottom = min(top + rows, height)
        upper, lower = box[1] + top * down, min(box[1] + bottom * down, box[3])
        first = max(math.floor(upper) - 1, 0)
        band = checked(frame[first : math.ceil(lower) + 1])
        inner = (box[0], upper - first, box[2], min(lower - first, len(band)))
        found[top:bottom] = resample(band, inner, width, bottom - top, "mean")
    return found


def _encoded(frame: Light) -> Light:
    code = np.empty(frame.shape, np.float32)
    for band in _bands(code):
        code[band] = encode_light(checked(frame[band]))
    return code


def _decode(code: Light) -> None:
    """In place: a picture of 8K has 400 MB."""
    for band in _bands(code):
        code[band] = decode_light(code[band])


def _bands(picture: Light) -> Iterator[slice]:
    rows = max(1, _BAND // picture.shape[1])
    return (slice(top, top + rows) for top in range(0, picture.shape[0], rows))
