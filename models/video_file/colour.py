"""From scene-linear light to the numbers of a 4:2:0 video in limited range.

HDR is PQ (ITU-R BT.2100) in BT.2020's primaries, non-constant luminance; chroma sits on every second luma sample of
every second line (H.265, chroma sample location type 2, as BT.2020 and Ultra HD discs have it). `none` is BT.709 shown
as BT.1886 says (a power of 2.4), its chroma between two lines (type 0). As both standards define it, chroma is made of
the coded values and then filtered: by a triangle, two chroma samples wide.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from models.hdr.radiance import WHITE_NITS, checked
from models.hdr.tone_map import roll_off
from models.hdr.transfer import pq_of_nits
from models.video_file.transfer_table import TransferTable
from models.video_file.wide_gamut import Planes, bt2020_planes

_BAND: Final = 1 << 17  # luma samples that are converted together: they stay in the processor's cache
Plane = NDArray[Any]  # uint8 or uint16


@dataclass(frozen=True)
class Colour:
    """How light becomes numbers.

    Attributes:
        primaries: ITU-T H.273 code points, as the two below.
        transfer: Of the transfer characteristics.
        matrix: Of the matrix coefficients.
        red: The weight of red in luma; blue's is the next.
        blue: The weight of blue.
        chroma_location: H.265's `chroma_sample_loc_type`.
    """

    primaries: int
    transfer: int
    matrix: int
    red: float
    blue: float
    chroma_location: Literal[0, 2]


PQ_BT2020: Final = Colour(9, 16, 9, 0.2627, 0.0593, 2)
SDR_BT709: Final = Colour(1, 1, 1, 0.2126, 0.0722, 0)


@cache
def _pq() -> TransferTable:
    return TransferTable(lambda light: pq_of_nits(light * WHITE_NITS), 10_000 / WHITE_NITS)


@cache
def _bt1886() -> TransferTable:
    return TransferTable(lambda light: light ** (1 / 2.4), 1.0)


def fill_planes(  # the three planes of one picture
    light: NDArray[np.float32],
    colour: Colour,
    planes: tuple[Plane, Plane, Plane],
    bits: int,
    brightest: float = 1.0,
) -> None:
    """Write a picture's luma and chroma into planes, some lines at a time.

    Args:
        light: (height, width, 3), scene-linear BT.709, 1 is diffuse white; both sides even.
        colour: `PQ_BT2020` or `SDR_BT709`.
        planes: Luma (height, width), then blue and red difference of half of both.
        bits: Of a sample, 8 or 10.
        brightest: For an ordinary screen: the light that becomes its white. One for the whole video, else it flickers.

    Raises:
        NoLight: It is no picture of light.
    """
    height, width = light.shape[:2]
    lines = max(2, _BAND // width // 2 * 2)
    for top in range(0, height, lines):
        bottom = min(top + lines, height)
        # Chroma of the first and the last line needs the lines beside them; at the picture's edge the edge is repeated.
        rows = np.clip(np.arange(top - 1, bottom + 1), 0, height - 1)
        band = checked(light[rows[0] : rows[-1] + 1])
        luma, blue, red = _differences(_coded(band, colour, brightest), colour)
        scale = 1 << (bits - 8)
        inner = luma[top - rows[0] : bottom - rows[0]]
        planes[0][top:bottom] = np.rint(inner * np.float32(219 * scale) + np.float32(16 * scale))
        for plane, difference in zip(planes[1:], (blue, red), strict=True):
            halved = _halved(difference[rows - rows[0]], colour.chroma_location)
            plane[top // 2 : bottom // 2] = np.rint(halved * np.float32(224 * scale) + np.float32(128 * scale))


def _coded(band: NDArray[np.float32], colour: Colour, brightest: float) -> Planes:
    if colour == PQ_BT2020:
        red, green, blue = (_pq()(plane) for plane in bt2020_planes(band))
    else:
        shown = _bt1886()(roll_off(band, brightest).astype(np.float32))
        red, green, blue = shown[..., 0], shown[..., 1], shown[..., 2]
    return red, green, blue


def _differences(coded: Planes, colour: Colour) -> Planes:
    """Luma 0 to 1 and the two differences -0.5 to 0.5 (BT.2020-2, table 4; BT.709-6, item 3)."""
    red, green, blue = coded
    weights = np.array((colour.red, 1 - colour.red - colour.blue, colour.blue), np.float32)
    luma = red * weights[0] + green * weights[1] + blue * weights[2]
    return luma, (blue - luma) * np.float32(0.5 / (1 - colour.blue)), (red - luma) * np.float32(0.5 / (1 - colour.red))


def _halved(difference: NDArray[np.float32], location: Literal[0, 2]) -> NDArray[np.float32]:
    """Every second sample of every second line, of lines that include one above and one below."""
    above, even, odd = difference[0:-2:2], difference[1:-1:2], difference[2::2]
    if location == 2:
        lines = (above + 2 * even + odd) * np.float32(0.25)
    else:  # between two lines: 1 3 3 1
        lines = (above + 3 * even + 3 * odd + difference[3::2]) * np.float32(0.125)
    left = np.concatenate((lines[:, :1], lines[:, 1:-1:2]), 1)
    return np.asarray((left + 2 * lines[:, 0::2] + lines[:, 1::2]) * np.float32(0.25), np.float32)
