"""Pictures and frames at the size that is wanted: scaled until they cover it, and the middle cut out."""

from typing import Final

import numpy as np
from PIL import Image, ImageOps
from torch import Tensor
from torch.nn.functional import interpolate

from models.clip import Frame
from models.drawing import Pixels

_LEAST_CUT: Final = 0.9  # what rounding up to the network's multiples comes to; below that it is another size


def fitted_start(picture: Pixels, width: int, height: int) -> Image.Image:
    """The first picture at the size that the network draws."""
    return ImageOps.fit(Image.fromarray(picture), (width, height), Image.Resampling.LANCZOS)


def fitted_frame(frame: Tensor, width: int, height: int) -> Frame:
    """A frame (3, height, width), 0 to 1, at another size; one that is only a little too large is not resampled."""
    present_height, present_width = frame.shape[-2:]
    frame = frame.float().cpu()
    scale = max(width / present_width, height / present_height)
    if scale > 1 or scale < _LEAST_CUT:
        size = (max(round(present_height * scale), height), max(round(present_width * scale), width))
        frame = interpolate(frame[None], size, mode="bicubic", antialias=True)[0].clamp(0, 1)
    top, left = (frame.shape[-2] - height) // 2, (frame.shape[-1] - width) // 2
    cut = frame[:, top : top + height, left : left + width]
    return np.ascontiguousarray(cut.permute(1, 2, 0).numpy(), np.float32)
