"""How free of aliasing a generator is: whether its picture moves when its waves do."""

import numpy as np
import torch
from torch import Tensor

from models.stylegan3.generator import Generator
from models.stylegan3.sampling import placed


@torch.inference_mode()
def translation_psnr(generator: Generator, points: Tensor, shifts: Tensor) -> float:
    """EQ-T of arXiv 2106.12423, appendix E.1, in decibels: pictures drawn moved against drawn pictures moved.

    Args:
        points: (n, z).
        shifts: (n, 2) pixels to the right and down, whole or not; up to a quarter of the side.
    """
    side = generator.configuration.resolution
    kept, errors = generator.waves.transform.clone(), []
    try:
        for point, (right, down) in zip(points, shifts.tolist(), strict=True):
            generator.waves.transform.copy_(torch.eye(3))
            still = generator(point[None])
            generator.waves.transform.copy_(placed(right / side, down / side))
            moved = generator(point[None])
            expected = _shifted(still, right, down)
            # What comes in from outside is not known, nor what a filter of the shift would need from there.
            lost_right, lost_down = int(np.ceil(abs(right))) + _REACH, int(np.ceil(abs(down))) + _REACH
            inside = (slice(None), slice(None), slice(lost_down, -lost_down), slice(lost_right, -lost_right))
            errors.append(float((moved[inside] - expected[inside]).square().mean()))
    finally:
        generator.waves.transform.copy_(kept)
    return float(10 * np.log10(2.0**2 / np.mean(errors)))  # pictures range from -1 to 1


_REACH = 3  # pixels on each side that a picture is interpolated from


def _shifted(pictures: Tensor, right: float, down: float) -> Tensor:
    """Moved by any distance, by Lanczos' filter (three lobes); whole pixels are copied."""
    for axis, shift in ((3, right), (2, down)):
        whole = int(np.floor(shift))
        part = shift - whole
        pictures = pictures.roll(whole, axis)
        if part:
            offsets = range(-_REACH + 1, _REACH + 1)
            weights = np.array([np.sinc(offset - part) * np.sinc((offset - part) / _REACH) for offset in offsets])
            weights /= weights.sum()
            pictures = sum(  # type: ignore[assignment]  # tensors add up to one
                pictures.roll(offset, axis) * float(weight) for offset, weight in zip(offsets, weights, strict=True)
            )
    return pictures
