"""Maps as the network's channels, and back."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from models.hdr.transfer import linear_of_srgb, srgb_of_linear
from models.pbr.maps import Field, MaterialMaps

_SHARES: Final = (0, 1, 2, 5, 6, 8)  # channels that are 0 to 1
_SQUEEZE: Final = 3.0  # slopes are learned as asinh(3 s) / 2: small ones count, steep ones do not drown them
_TEXELS: Final = 1.5  # heights are learned in units of so many texels
# How much each channel's error counts.
_WEIGHTS: Final = (1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.5, 0.5, 1.5)


@dataclass(frozen=True, eq=False)
class Guess:
    """What the network says, in the maps' own units: all (height, width), basecolor (height, width, 3) linear.

    Attributes:
        right: Slope to the right, `down` downwards.
        relief: Height about its mean, in widths.
    """

    basecolor: Field
    right: Field
    down: Field
    roughness: Field
    metallic: Field
    relief: Field
    occlusion: Field


def channels(maps: MaterialMaps) -> NDArray[np.float32]:
    """What the network should say: (CHANNELS, height, width)."""
    slopes = -maps.normal[..., 0] / maps.normal[..., 2], maps.normal[..., 1] / maps.normal[..., 2]
    texels = (maps.height - maps.height.mean()) * maps.depth * maps.shape[1]
    return np.concatenate(
        [
            srgb_of_linear(maps.basecolor).transpose(2, 0, 1),
            np.arcsinh(np.stack(slopes) * _SQUEEZE) / 2,
            np.stack([maps.roughness, maps.metallic, texels / _TEXELS, maps.occlusion]),
        ]
    ).astype(np.float32)


def loss(raw: Tensor, wanted: Tensor) -> Tensor:
    """Weighted mean of absolute errors; cross-entropy for metallic, which is nearly yes or no."""
    total = torch.zeros(())
    for number, weight in enumerate(_WEIGHTS):
        found, right = raw[:, number], wanted[:, number]
        if number == 6:
            part = functional.binary_cross_entropy_with_logits(found, right)
        else:
            part = functional.l1_loss(torch.sigmoid(found) if number in _SHARES else found, right)
        total = total + weight * part
    return total


def read(raw: NDArray[np.float32]) -> Guess:
    """The network's channels (CHANNELS, height, width) as maps."""
    shares = 1 / (1 + np.exp(-np.clip(raw, -30, 30)))
    slopes = np.sinh(np.clip(raw[3:5], -1.8, 1.8) * 2) / _SQUEEZE
    return Guess(
        np.asarray(linear_of_srgb(shares[:3].transpose(1, 2, 0)), np.float32),
        slopes[0].astype(np.float32),
        slopes[1].astype(np.float32),
        shares[5].astype(np.float32),
        shares[6].astype(np.float32),
        np.asarray(raw[7] * (_TEXELS / raw.shape[2]), np.float32),
        shares[8].astype(np.float32),
    )
