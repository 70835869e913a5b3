"""How well a field draws views that it was not trained on."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log10

import numpy as np
from numpy.typing import NDArray
from skimage.metrics import structural_similarity

from models.embedded_image.light import encode_light
from models.radiance_field.field.radiance_field import RadianceField
from models.radiance_field.field.rendering import render
from models.radiance_field.picture import Picture


@dataclass(frozen=True, eq=False)
class ViewQuality:
    """One view, drawn and true. Both are laid on white, cut at diffuse white and compared as sRGB from 0 to 1.

    Attributes:
        psnr: Peak signal to noise ratio in decibels; at most 100.
        ssim: Structural similarity (Wang et al. 2004), scikit-image's, over windows of 7 pixels; at most 1.
        truth: (height, width, 3) sRGB, 8 bits.
        drawn: Likewise.
    """

    psnr: float
    ssim: float
    truth: NDArray[np.uint8]
    drawn: NDArray[np.uint8]

    @property
    def beside(self) -> NDArray[np.uint8]:
        """(height, 3 width, 3): truth, drawn, and four times their difference."""
        error = np.abs(self.truth.astype(int) - self.drawn) * 4
        return np.concatenate((self.truth, self.drawn, error.clip(0, 255).astype(np.uint8)), 1)


def evaluate(field: RadianceField, held_out: Sequence[Picture]) -> tuple[ViewQuality, ...]:
    """Draw the views of pictures, and compare.

    Raises:
        ValueError: A picture is less than 7 pixels wide or high, or there are none.
    """
    if not held_out or any(min(picture.light.shape[:2]) < 7 for picture in held_out):
        raise ValueError("a field is judged by held-out pictures of 7 by 7 pixels and more")
    return tuple(compare(picture.light, render(field, picture.camera).light) for picture in held_out)


def compare(truth: NDArray[np.float32], drawn: NDArray[np.float32]) -> ViewQuality:
    """Quality of one drawn picture (height, width, 4), scene-linear and premultiplied as in `Picture`."""
    one, other = _on_white(truth), _on_white(drawn)
    error = float(np.mean((one - other) ** 2))
    psnr = -10 * log10(max(error, 1e-10))
    ssim = float(structural_similarity(one, other, channel_axis=-1, data_range=1.0))  # type: ignore[no-untyped-call]
    return ViewQuality(psnr, ssim, _bytes(one), _bytes(other))


def _on_white(light: NDArray[np.float32]) -> NDArray[np.float64]:
    laid = light[..., :3] + (1 - light[..., 3:])
    return ((encode_light(laid.clip(0, 1)) + 1) / 2).astype(np.float64)


def _bytes(code: NDArray[np.float64]) -> NDArray[np.uint8]:
    return np.round(code * 255).astype(np.uint8)
