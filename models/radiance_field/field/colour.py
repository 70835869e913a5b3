"""Colour by the direction of view, and the surroundings that stand behind a scene."""

from typing import Final

import torch
from torch import Tensor, nn

from models.radiance_field.field.light import HIGHEST, decode

DIRECTIONAL: Final = 9
_BANDS: Final = 6


class ViewColour(nn.Module):
    """A small network from features of a point and the direction of view to light."""

    def __init__(self, features: int, width: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(features + DIRECTIONAL, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU(), nn.Linear(width, 3)
        )

    def forward(self, features: Tensor, directions: Tensor) -> Tensor:
        """Scene-linear light (n, 3) seen at points along unit directions (n, 3)."""
        return decode(HIGHEST * torch.sigmoid(self.layers(torch.cat((features, harmonics(directions)), -1))))


class Surroundings(nn.Module):
    """Light from far away, by direction alone; for captures whose pictures have no alpha."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(3 + 6 * _BANDS, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU(), nn.Linear(width, 3)
        )

    def forward(self, directions: Tensor) -> Tensor:
        """Scene-linear light (n, 3) along unit directions (n, 3)."""
        return decode(HIGHEST * torch.sigmoid(self.layers(waves(directions, _BANDS))))


def waves(points: Tensor, bands: int) -> Tensor:
    """Points (n, 3) with sines and cosines of doubling frequencies: (n, 3 + 6 bands) (NeRF, arXiv 2003.08934)."""
    turned = (points[..., None] * 2.0 ** torch.arange(bands, device=points.device)).flatten(-2)
    return torch.cat((points, turned.sin(), turned.cos()), -1)


def harmonics(directions: Tensor) -> Tensor:
    """Real spherical harmonics of unit directions (n, 3) up to degree 2: (n, 9)."""
    x, y, z = directions.unbind(-1)
    return torch.stack(
        (
            torch.full_like(x, 0.28209479),
            0.48860251 * y,
            0.48860251 * z,
            0.48860251 * x,
            1.09254843 * x * y,
            1.09254843 * y * z,
            0.31539157 * (3 * z * z - 1),
            1.09254843 * x * z,
            0.54627422 * (x * x - y * y),
        ),
        -1,
    )
