"""From latents to pixels; again in single precision where half precision overflowed."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

OVERFLOWED: Final = "The decoder overflowed in half precision; the picture was decoded again in single precision."


class DrawingFailed(RuntimeError):
    """The network gave no picture; the message says what."""


@dataclass(frozen=True, eq=False)
class Decoded:
    """One picture (height, width, 3), sRGB 0 to 1, and what happened on the way."""

    pixels: NDArray[np.float32]
    notes: tuple[str, ...]


@torch.inference_mode()
def decode(vae: Any, latents: Tensor) -> Decoded:
    """Decode the latents of one picture.

    Raises:
        DrawingFailed: There are no numbers even in single precision.
    """
    pixels = _pixels(vae, latents)
    if not _is_empty(pixels):
        return Decoded(pixels, ())
    before = vae.dtype
    if before == torch.float32:
        if not np.isfinite(pixels).all():
            raise DrawingFailed("the network gave no numbers; draw with another seed, or with other settings")
        return Decoded(pixels, ())
    vae.to(torch.float32)
    try:
        pixels = _pixels(vae, latents)
    finally:
        vae.to(before)
    if not np.isfinite(pixels).all():
        raise DrawingFailed("the network gave no numbers, in single precision either; draw with another seed")
    return Decoded(pixels, (OVERFLOWED,))


def _pixels(vae: Any, latents: Tensor) -> NDArray[np.float32]:
    scaled = latents.to(vae.dtype) / vae.config.scaling_factor
    picture = vae.decode(scaled, return_dict=False)[0][0].float().cpu()
    return np.asarray((picture / 2 + 0.5).clamp(0, 1).permute(1, 2, 0).numpy(), np.float32)


def _is_empty(pixels: NDArray[np.float32]) -> bool:
    """Not a number anywhere, or black everywhere: how an overflow shows."""
    return not np.isfinite(pixels).all() or float(pixels.max()) == 0
